import { evidence } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Project } from "../../project/types.ts";
import { clean } from "../../security/untrusted.ts";
import { sources } from "../sources.ts";
import type { Detection } from "../types.ts";
import { endings } from "./endings.ts";
import type { NodeFacts } from "./facts.ts";
import { startLine, startScripts } from "./scripts.ts";
import { readStart } from "./start.ts";

type Refusal = Extract<Detection<NodeFacts>, { kind: "refused" }>;

/** Programs of a start script that mean the package runs somewhere else than in a container. */
const elsewhere: readonly (readonly [program: RegExp, what: string])[] = [
  [/^(?:electron|electron-forge|electron-vite|electron-builder)$/, "a desktop application (Electron)"],
  [/^react-native$/, "a mobile application (React Native)"],
  [/^(?:ionic|cap|capacitor)$/, "a mobile application (Ionic)"],
  [/^(?:wrangler|miniflare)$/, "a program for Cloudflare's platform (wrangler)"],
  [
    /^(?:serverless|sls|sam|func|firebase|netlify|vercel|arc)$/,
    "a set of functions for a serverless platform",
  ],
  [/^fastly$/, "a program for Fastly's platform"],
  [/^(?:web-ext|wxt|plasmo)$/, "a browser extension"],
];

/** Packages of Node.js that no image runs: assets of another language, an action, an extension, a desktop application. */
export function notAnApplication(part: Project): Refusal | undefined {
  return otherLanguage(part) ?? hosted(part);
}

function hosted(part: Project): Refusal | undefined {
  const manifest = part.json("package.json");
  const refuse = (what: string, file: string, pattern?: RegExp | string): Refusal => ({
    kind: "refused",
    reason: `this is ${what}: it runs inside another program, not in a container of its own`,
    found: [evidence(part, file, pattern)],
    decide: "start, if it also has a server",
  });
  const action = ["action.yml", "action.yaml"].find((file) =>
    /^\s*using\s*:\s*["']?node/m.test(part.read(file) ?? ""),
  );
  if (action !== undefined) return refuse("a GitHub Action", action, /using\s*:/);
  if (text(dig(manifest, "engines", "vscode")) !== undefined)
    return refuse("an extension of Visual Studio Code", "package.json", '"vscode"');
  for (const file of ["manifest.json", "public/manifest.json", "src/manifest.json"]) {
    const plugin = part.json(file);
    if (dig(plugin, "minAppVersion") !== undefined) return refuse("a plugin of Obsidian", file);
    if ([2, 3].some((version) => dig(plugin, "manifest_version") === version))
      return refuse("a browser extension", file, "manifest_version");
  }
  if (part.files.some((file) => file.startsWith(".meteor/")))
    return {
      ...refuse("an application of Meteor", ".meteor/release"),
      reason:
        "this is an application of Meteor: meteor build makes its bundle, which no package manager installs",
    };
  const name = startScripts.find((candidate) => text(dig(manifest, "scripts", candidate)) !== undefined);
  const words = (name === undefined ? "" : (startLine(part, name)?.line ?? ""))
    .replace(/^(?:npx\s+)?(?:cross-env\s+)?(?:\w+=\S+\s+)*(?:npx\s+)?/, "")
    .split(/\s+/);
  const found = elsewhere.find(([program]) => program.test(words[0] ?? ""));
  if (found) return refuse(found[1], "package.json", new RegExp(`"${name}"\\s*:`));
  const all = name === undefined ? "" : (startLine(part, name)?.line ?? "");
  if (
    /[^&]&\s*[^&\s>]/.test(all.replace(/&&|\d?>&\d/g, "")) ||
    /^(?:npx\s+)?(?:concurrently|run-p|npm-run-all\s+(?:-p|--parallel)|npm-run-all2?\s+-p)\b/.test(all)
  ) {
    const folders = part.files
      .filter((file) => /^[^/]+\/package\.json$/.test(file))
      .map((file) => file.split("/")[0]);
    return {
      ...refuse("", "package.json", new RegExp(`"${name}"\\s*:`)),
      reason: `the start script runs several programs at once, as for development: ${clean(all, 100)}`,
      decide: `start (one program), or the directory of one${folders.length > 0 ? ` (${folders.slice(0, 6).join(", ")})` : ""}`,
    };
  }
  const dependencies = [dig(manifest, "dependencies"), dig(manifest, "devDependencies")];
  if (name === undefined && dependencies.some((one) => isRecord(one) && "electron" in one))
    return refuse("a desktop application (Electron)", "package.json", '"electron"');
  return undefined;
}

/** Code that only a platform starts, told by the platform's own files; undefined where none of them is there. */
export function platformOnly(part: Project): Refusal | undefined {
  const first = (...patterns: readonly RegExp[]): string | undefined =>
    part.files.find((file) => patterns.some((pattern) => pattern.test(file)));
  const found: readonly (readonly [file: string | undefined, what: string])[] = [
    [first(/^wrangler\.(?:toml|jsonc?)$/), "a program for Cloudflare's platform"],
    [first(/^fastly\.toml$/), "a program for Fastly's platform"],
    [first(/^netlify\/(?:edge-)?functions\/.+\.[cm]?[jt]s$/), "a set of functions for Netlify"],
    [first(/^serverless\.(?:ya?ml|ts)$/), "a set of functions for a serverless platform"],
    [first(/^redwood\.toml$/), "an application of RedwoodJS, whose sides api and web are two programs"],
    [
      first(/^api\/.+\.[cm]?[jt]sx?$/),
      "a set of functions for a platform that serves the folder api (Vercel's way)",
    ],
    [first(/^(?:src\/)?middleware\.[jt]s$/), "a middleware for a platform that serves files (Vercel's way)"],
    [
      first(/^function\.[cm]?[jt]s$/),
      "a function for Google's Functions Framework, which is not among the dependencies",
    ],
    [
      sourceWith(
        part,
        /["'](?:hono\/(?:aws-lambda|lambda-edge|vercel|netlify|cloudflare-\w+)|@vendia\/serverless-express|serverless-http|aws-lambda)["']/,
      ),
      "a set of functions for a serverless platform",
    ],
    [first(/^deno\.jsonc?$/), "a project of Deno, which is not among the runtimes"],
  ];
  const match = found.find(([file]) => file !== undefined);
  if (match?.[0] === undefined) return onlyExported(part);
  return {
    kind: "refused",
    reason: `this looks like ${match[1]}: package.json names no program that starts in a container`,
    found: [{ file: match[0] }],
    decide: "start, if it also has a server",
  };
}

/** An application of a server library that a file exports and nothing starts: some platforms serve it by themselves. */
function onlyExported(part: Project): Refusal | undefined {
  const names = dig(part.json("package.json"), "dependencies");
  const server = ["hono", "express", "fastify", "koa", "elysia", "h3"].find(
    (name) => isRecord(names) && name in names,
  );
  const file = sourceWith(part, /^export default\b|^module\.exports\s*=/m);
  if (server === undefined || file === undefined || sourceWith(part, /\.listen\(|\bserve\(|createServer\(/))
    return undefined;
  return {
    kind: "refused",
    reason: `an application of ${server} is exported (${clean(file, 60)}), and nothing listens: some platforms serve that by themselves`,
    found: [{ file }],
    decide: "a file that listens on a port, with a start script, or start",
  };
}

function sourceWith(part: Project, pattern: RegExp): string | undefined {
  return sources(part, endings).find(
    (file) => !/\.config\.[cm]?[jt]s$/.test(file) && pattern.test(part.read(file) ?? ""),
  );
}

/** A package.json that only builds the assets of an application in a language we do not know. */
function otherLanguage(part: Project): Refusal | undefined {
  const others: readonly (readonly [file: string, language: string])[] = [
    ["composer.json", "PHP"],
    ["Gemfile", "Ruby"],
    ["mix.exs", "Elixir"],
  ];
  const found = others.find(([file]) => part.has(file));
  const serves = readStart(part, "npm", undefined, {
    variant: "production",
    upgrade: false,
    tests: false,
    today: "",
  });
  const program = serves?.value[0]?.replace("node_modules/.bin/", "") ?? "";
  const starts = ["ruby", "bundle", "rails", "php", "mix", "elixir"].includes(program);
  if (found === undefined ? !starts : serves !== undefined && !starts) return undefined;
  const [file, language] = found ?? ["package.json", "another language"];
  return {
    kind: "refused",
    reason: `this is an application in ${language} (${file}); its package.json builds assets only`,
    found: [{ file }],
    decide: `start, if a Node.js process is what ships; ${language} is not among the languages`,
  };
}
