// Fills the tables of reference/*.md from reference/data/, and gives each skill its copies of the pages it names.
// `npm run reference` writes; `node scripts/reference.mjs --check` fails when something is stale.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const reference = path.join(root, "reference");
const check = process.argv.includes("--check");
const stale = [];

const data = (name) => JSON.parse(readFileSync(path.join(reference, "data", `${name}.json`), "utf8"));
const eol = data("eol");
const images = data("images");
const managers = data("package-managers");
const native = data("native-packages");
const budgets = data("budgets");

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}
const code = (items) => items.map((item) => `\`${item}\``).join(" ") || "-";

const tables = {
  "native-packages": (registry) =>
    table(
      ["Library", "Build (apt)", "Run (apt)", "Note"],
      native.libraries
        .filter((one) => one.ecosystem === registry)
        .map((one) => [
          `\`${one.name}\``,
          code(one.build),
          one.runTrixie && one.runTrixie.join() !== one.run.join()
            ? `${code(one.run)} (Debian 13: ${code(one.runTrixie)})`
            : code(one.run),
          one.note ?? "",
        ]),
    ),
  caches: () =>
    table(
      ["Language", "Package manager", "Cache of root", "Mount"],
      managers.managers.flatMap((one) =>
        one.caches.map((cache) => [
          one.language,
          one.title,
          `\`${cache.target}\``,
          `\`--mount=type=cache,target=${cache.target}${cache.sharing ? `,sharing=${cache.sharing}` : ""}\``,
        ]),
      ),
    ),
  recommended: () =>
    table(
      ["Language", "Start with", "Hardened runtime", "Why"],
      Object.entries(images.recommended).map(([language, one]) => [
        eol.products[language]?.title ?? language,
        `\`${one.image}\``,
        `\`${one.hardened}\``,
        one.why,
      ]),
    ),
  support: () =>
    table(
      ["Product", "Supported (until)", "Ended lately"],
      ["node", "python", "go", "rust", "java", "debian", "ubuntu", "alpine", "distroless"].map((name) => {
        const { title, cycles } = eol.products[name];
        const alive = cycles.filter((one) => one.eol === false || one.eol > "2026-11-21");
        const ended = cycles
          .filter((one) => one.eol !== false && one.eol <= "2026-11-21")
          .sort((a, b) => (a.eol < b.eol ? 1 : -1))
          .slice(0, 3);
        const show = (one) => `${one.cycle}${one.eol === false ? "" : ` (${one.eol})`}`;
        return [title, alive.map(show).join(", "), ended.map(show).join(", ")];
      }),
    ),
  budgets: () =>
    table(
      ["Budget", "Limit", "Default of", "Source"],
      budgets.budgets.map((one) => [one.title, `${one.maxMB} MB`, one.appTypes.join(", "), one.source]),
    ),
  expected: () =>
    table(
      ["Image", "Expected", "Source"],
      budgets.expected.map((one) => [one.title, `${one.minMB}-${one.maxMB} MB`, one.source]),
    ),
  bases: () => {
    const stated = budgets.bases.map((one) => [
      `\`${one.image}\``,
      `${one.mb} MB`,
      one.note ? `${one.source} (${one.note})` : one.source,
    ]);
    const held = Object.entries(images.repositories).flatMap(([name, one]) =>
      one.language && !one.deprecated
        ? Object.entries(one.flavors)
            .filter(([, flavor]) => flavor.mb)
            .map(([flavor, { mb }]) => [
              `\`${name}\`${flavor === "default" ? "" : ` ${flavor}`}`,
              `about ${mb} MB`,
              "registry listings",
            ])
        : [],
    );
    return table(["Image", "Size", "Source"], [...stated, ...held]);
  },
  reductions: () =>
    table(
      ["Language", "Before", "After", "Reduction", "Source"],
      budgets.reductions.map((one) => [
        one.language,
        `${one.beforeMB} MB`,
        `${one.afterMB} MB`,
        `${one.percent} %`,
        one.source,
      ]),
    ),
  estimates: () =>
    table(
      ["Image", "Total", "Parts", "Source"],
      budgets.estimates.map((one) => [
        one.title,
        `${one.totalMB} MB`,
        one.parts.map((part) => `${part.what} ${part.mb}`).join(", "),
        one.source,
      ]),
    ),
  claims: () =>
    table(
      ["Claim", "Source", "Status", "Remark"],
      budgets.claims.map((one) => [one.claim, one.source, one.status, one.note ?? ""]),
    ),
};

/** Replaces what stands between `<!-- generated: name argument -->` and `<!-- end -->`. */
function fill(text) {
  return text.replace(/<!-- generated: (\S+)(?: (\S+))? -->\n[\s\S]*?<!-- end -->/g, (_, name, argument) => {
    const made = tables[name];
    if (!made) throw new Error(`there is no table ${name}`);
    return `<!-- generated: ${name}${argument ? ` ${argument}` : ""} -->\n\n${made(argument)}\n\n<!-- end -->`;
  });
}

function write(file, text) {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  if (check) {
    stale.push(path.relative(root, file));
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const pages = readdirSync(reference).filter((file) => file.endsWith(".md"));
for (const page of pages) {
  const file = path.join(reference, page);
  write(file, fill(readFileSync(file, "utf8")));
}

// A skill folder works on its own when it is copied into a project, so it carries the pages it links to.
const everything = [
  ...pages.filter((page) => page !== "README.md"),
  ...readdirSync(path.join(reference, "checklists")).map((file) => `checklists/${file}`),
];
const carried = {
  "writing-dockerfiles": everything,
  "docker-multi-stage": ["troubleshooting.md", "base-image-selection.md", "size-budgets.md"],
};
for (const [skill, files] of Object.entries(carried)) {
  const folder = path.join(root, "skills", skill, "reference");
  for (const file of files) {
    const text = readFileSync(path.join(reference, file), "utf8");
    // A link to a page the skill does not carry becomes the page's address in the server.
    const linked = text.replace(/\]\(([\w./-]+\.md)(#[\w-]+)?\)/g, (whole, target) => {
      const page = path.posix.normalize(path.posix.join(path.posix.dirname(file), target));
      return files.includes(page) ? whole : `](dockwright://reference/${page.replace(/\.md$/, "")})`;
    });
    write(path.join(folder, file), linked);
  }
  for (const file of existsSync(folder) ? readdirSync(folder, { recursive: true }) : []) {
    const name = String(file).split(path.sep).join("/");
    if (!name.endsWith(".md") || files.includes(name)) continue;
    if (check) stale.push(path.relative(root, path.join(folder, name)));
    else rmSync(path.join(folder, name));
  }
}

if (stale.length > 0) {
  console.error(`stale, run npm run reference: ${stale.join(", ")}`);
  process.exit(1);
}
