import { posix } from "node:path";
import type { ContextView } from "../../../dockerfile/context.ts";
import type { Plan, StagePlan, Step } from "../../../plan/types.ts";
import type { Author, AuthorCopy, Setting } from "./author.ts";
import { rebase } from "./base.ts";
import { moveSteps } from "./move.ts";
import type { Start } from "./start.ts";

/** The plan with the author's decisions in it; a string names the one that it has no place for. */
export function carry(plan: Plan, author: Author, start: Start, context: ContextView): Plan | string {
  const last = plan.stages.length - 1;
  const small = /distroless|scratch/.test(plan.stages[last]?.from ?? "");
  const reason = unplaced(plan, author, { small, context });
  if (reason !== undefined) return reason;
  const stages = plan.stages.map((stage, index): StagePlan => {
    const role = index === last ? "runtime" : "build";
    const moved = ownSteps(moveSteps(stage.steps, author.workdir), author.user);
    const isImage = !plan.stages.some(({ name }) => name === stage.from);
    const steps =
      role === "runtime" ? runtimeSteps(moved, author, start, small) : buildSteps(moved, author, isImage);
    // The author did not ask to be left alone about an image's end of life.
    const notes = (stage.notes ?? []).filter((note) => !/^dockwright ignore\b/.test(note));
    return {
      ...stage,
      notes,
      from: rebase(stage.from, author.base, role),
      steps: author.base.alpine === undefined ? steps : steps.map(alpine),
    };
  });
  return {
    ...plan,
    stages,
    globalArgs: [
      ...plan.globalArgs,
      ...author.globalArgs.map(({ name, value = "" }) => ({
        name,
        value,
        why: "Set by --build-arg, as before.",
      })),
    ],
  };
}

function unplaced(
  plan: Plan,
  author: Author,
  { small, context }: { small: boolean; context: ContextView },
): string | undefined {
  const all = plan.stages.flatMap(({ steps }) => steps);
  const planned = new Set(packagesIn(all));
  const debian = [...planned].filter((name) => name !== "tini");
  const { names, manager } = author.packages;
  if (small && extra(names, small).length > 0)
    return `the plan's runtime image has no package manager for ${extra(names, small).slice(0, 3).join(", ")}`;
  const alpineBase = author.base.alpine !== undefined;
  if (alpineBase && debian.length > 0)
    return `the plan knows Debian's names of ${debian.slice(0, 3).join(", ")} only`;
  if (names.length + author.buildPackages.length > 0 && alpineBase !== (manager === "apk"))
    return "the system packages are those of another distribution";
  const library = author.buildPackages.find(
    (name) => /-dev$/.test(name) && !systemHeaders.has(name) && !planned.has(name),
  );
  if (library !== undefined)
    return `${library} is installed: which shared library the running program needs is not known`;
  const check = author.healthcheck;
  if (small && typeof check === "object" && "kind" in check)
    return "the health check's program is not in the plan's runtime image";
  if (small && author.env.some(({ name }) => name === "PATH")) return "PATH is set for programs of the build";
  const cgo = author.env.find(({ name, value }) => name === "CGO_ENABLED" && value !== "0");
  if (
    cgo &&
    all.some((step) => step.kind === "run" && step.commands.some((line) => /CGO_ENABLED=0/.test(line)))
  )
    return "CGO_ENABLED is set, the plan builds without C";
  const overlaid = overlay(plan, context);
  if (overlaid !== undefined)
    return `${overlaid} of the build context would be copied over the installed one: ignore it in .dockerignore first`;
  const early = author.copies.find((copy) => copy.early && isOutside(copy, author) && !isManifest(copy, all));
  if (early) return `${early.sources.join(" ")} may be there for the installation`;
  const owned = author.copies.find(
    (copy) => isOwnPlace(copy, author) && copy.chown !== undefined && !/^\d+(?::\d+)?$/.test(copy.chown),
  );
  if (owned) return `the owner ${owned.chown} of ${owned.sources.join(" ")} may not be in the plan's image`;
  const whole = author.copies.findIndex((copy) => isWhole(copy) && !isOutside(copy, author));
  const renamed = author.copies.find(
    (copy, index) => isOwnPlace(copy, author) && !isOutside(copy, author) && (copy.early || index < whole),
  );
  if (renamed) return `${renamed.sources.join(" ")} is copied to ${renamed.to} before the build`;
  const strange = author.copies.find(
    (copy) => isWhole(copy) && copy.target !== author.workdir && !isOutside(copy, author),
  );
  if (strange || author.copies.some((copy) => isWhole(copy) && isOutside(copy, author)))
    return "the source is not in the working directory";
  return undefined;
}

/** A folder of installed dependencies that the context would bring along. */
function overlay(plan: Plan, context: ContextView): string | undefined {
  const whole = plan.stages.some(({ steps }) =>
    steps.some((step) => step.kind === "source" && step.files.some((file) => /^\.\/?$/.test(file))),
  );
  if (!whole || plan.language === "go") return undefined;
  const folder = plan.language === "node" ? "node_modules" : ".venv";
  return context.files.some((file) => file.startsWith(`${folder}/`) && context.included(file))
    ? folder
    : undefined;
}

function isWhole({ sources }: AuthorCopy): boolean {
  return sources.some((source) => /^(?:\.\/?|\/|\*|\.\/\*)$/.test(source));
}

function isOutside({ target }: AuthorCopy, { workdir }: Author): boolean {
  return target !== workdir && !target.startsWith(`${workdir}/`);
}

/** True for a copy that puts something where the whole source does not: outside of it, or by another name. */
function isOwnPlace(copy: AuthorCopy, author: Author): boolean {
  if (isOutside(copy, author)) return true;
  if (isWhole(copy) || !author.copies.some((each) => isWhole(each) && !isOutside(each, author))) return false;
  return !copy.sources.every((source) => {
    const there = posix.resolve(author.workdir, source.replace(/^\/+/, ""));
    return there === copy.target || there === posix.join(copy.target, posix.basename(source));
  });
}

/** Only manifests, wherever they are put to install from. */
function isManifest({ sources }: AuthorCopy, steps: readonly Step[]): boolean {
  const names = steps.flatMap((step) => (step.kind === "manifests" ? step.files : []));
  return sources.every((source) => {
    const pattern = new RegExp(
      `^${source
        .replace(/^\.\//, "")
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*/g, "[^/]*")
        .replace(/\?/g, ".")}$`,
    );
    return names.some((name) => pattern.test(name)) || (!/[/]/.test(source) && /\*$/.test(source));
  });
}

/** Headers of what every image has. */
const systemHeaders = new Set([
  "libc6-dev",
  "libc-dev",
  "musl-dev",
  "linux-libc-dev",
  "python3-dev",
  "python-dev",
]);

/** What distroless images have already. */
const everywhere = new Set(["ca-certificates", "tzdata"]);

function extra(names: readonly string[], small: boolean): readonly string[] {
  return small ? names.filter((name) => !everywhere.has(name)) : names;
}

function packagesIn(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => (step.kind === "packages" ? step.names : []));
}

/** Settings of the build's own tools, and those the plan makes itself. */
const ofThePlan =
  /^(?:PIP_NO_CACHE_DIR|PIP_DISABLE_PIP_VERSION_CHECK|PIP_DEFAULT_TIMEOUT|POETRY_(?:VERSION|HOME|CACHE_DIR|NO_INTERACTION|VIRTUALENVS_\w+)|UV_(?:SYSTEM_PYTHON|COMPILE_BYTECODE|LINK_MODE|NO_CACHE|PROJECT_ENVIRONMENT)|PIPENV_VENV_IN_PROJECT|VIRTUAL_ENV|DEBIAN_FRONTEND|GO111MODULE|CGO_ENABLED|GOOS)$/;
const ofBuilds =
  /^(?:GO[A-Z]+|PIP_\w+|npm_config_\w+|NPM_CONFIG_\w+|YARN_\w+|PNPM_\w+|NEXT_PUBLIC_\w+|VITE_\w+)$/;
const ofRuntimes = /^(?:NODE_ENV|PORT|HOST|PATH|PYTHON\w+)$/;

function buildSteps(steps: readonly Step[], author: Author, isImage: boolean): readonly Step[] {
  const packages = isImage ? author.buildPackages.filter((name) => !packagesIn(steps).includes(name)) : [];
  const known = definedIn(steps);
  const settings = (isImage ? author.env : []).filter(
    ({ name, early }) => early && !ofThePlan.test(name) && !ofRuntimes.test(name) && !known.has(name),
  );
  return [
    ...packageSteps(packages, author, "Compilers and headers, as before; they stay in this stage."),
    ...(isImage ? argSteps(author.args.filter(({ name, early }) => early && !ofThePlan.test(name))) : []),
    ...envSteps(settings),
    ...withCopies(steps, author, "build").map((step) => pinned(step, author)),
  ];
}

function runtimeSteps(steps: readonly Step[], author: Author, start: Start, small: boolean): readonly Step[] {
  const settings = author.env.filter(
    ({ name, value }) =>
      !ofThePlan.test(name) && !ofBuilds.test(name) && !(name === "PATH" && venvPath(value ?? "", author)),
  );
  const used = author.args.filter(({ name }) => settings.some(({ value }) => mentions(value ?? "", name)));
  const packages = extra(author.packages.names, small).filter((name) => !packagesIn(steps).includes(name));
  const { planned, after } = withSettings(steps, settings);
  const at = planned.findIndex(({ kind }) => kind !== "packages" && kind !== "env");
  return ending(
    [
      ...packageSteps(packages, author, ""),
      ...planned.slice(0, at),
      ...argSteps(used),
      ...envSteps(after),
      ...withCopies(planned.slice(at), author, "runtime"),
    ],
    author,
    start,
  );
}

/** The version of poetry, pdm, pipenv or uv that the author chose. */
function pinned(step: Step, { tools, uvImage }: Author): Step {
  if (step.kind === "copyFrom" && uvImage !== undefined && /(?:^|\/)astral-sh\/uv[:@]/.test(step.stage))
    return { ...step, stage: uvImage };
  if (step.kind !== "run" || step.role !== "tool") return step;
  return {
    ...step,
    commands: step.commands.map((command) =>
      tools.reduce(
        (line, tool) => line.replace(new RegExp(`(?<=\\s)${tool.split("==")[0]}==[\\w.]+`), () => tool),
        command,
      ),
    ),
  };
}

/** The author's plain values in the plan's own ENV; those with variables, or where there is none, come after it. */
function withSettings(
  steps: readonly Step[],
  settings: readonly Setting[],
): { readonly planned: readonly Step[]; readonly after: readonly Setting[] } {
  const own = new Set(settings.map(({ name }) => name));
  const first = steps.find(({ kind }) => kind === "env");
  const plain = settings.every(({ value = "" }) => !value.includes("$")) && first ? settings : [];
  const planned = steps.flatMap((step): readonly Step[] => {
    if (step.kind !== "env") return [step];
    const values = [
      ...step.values.filter(([name]) => name === "PATH" || !own.has(name)),
      ...(step === first ? plain.map(({ name, value = "" }) => [name, value] as const) : []),
    ];
    return values.length > 0 ? [{ ...step, values }] : [];
  });
  return { planned, after: plain.length > 0 ? [] : settings };
}

/** `/opt/venv/bin:$PATH`: the environment of the plan takes its place. */
function venvPath(value: string, { base }: Author): boolean {
  return base.language === "python" && !/node_modules/.test(value);
}

function mentions(value: string, name: string): boolean {
  return new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`).test(value);
}

function definedIn(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => (step.kind === "env" ? step.values.map(([name]) => name) : [])));
}

function packageSteps(names: readonly string[], author: Author, why: string): readonly Step[] {
  return names.length > 0 ? [{ kind: "packages", manager: author.packages.manager, names, why }] : [];
}

function argSteps(settings: readonly Setting[]): readonly Step[] {
  return settings.map(({ name, value }) => ({
    kind: "arg",
    name,
    ...(value === undefined ? {} : { value }),
    why: "",
  }));
}

/** One instruction as far as it goes: a value sees only what earlier instructions set. */
function envSteps(settings: readonly Setting[]): readonly Step[] {
  const groups: (readonly [string, string])[][] = [];
  for (const { name, value = "" } of settings) {
    const group = groups.at(-1);
    if (group && !value.includes("$")) group.push([name, value]);
    else groups.push([[name, value]]);
  }
  return groups.map((values) => ({ kind: "env", values, why: "" }));
}

/** The whole source is what the author copied; what he put elsewhere follows it in the stage that runs. */
function withCopies(steps: readonly Step[], author: Author, role: "build" | "runtime"): readonly Step[] {
  const inside = author.copies.filter((copy) => !isOutside(copy, author));
  const added = author.copies.filter((copy) => isOwnPlace(copy, author) && !copy.early);
  const whole = inside.some(isWhole);
  const chosen = steps.flatMap((step): readonly Step[] => {
    if (whole || step.kind !== "source" || !step.files.some((file) => /^\.\/?$/.test(file))) return [step];
    const { chown } = step;
    const there = steps.some(({ kind }) => kind === "manifests");
    const wanted = there ? inside.filter((copy) => !isManifest(copy, steps)) : inside;
    return wanted.map(
      ({ sources, to }): Step => ({
        kind: "source",
        files: sources,
        to,
        ...(chown ? { chown } : {}),
        why: "",
      }),
    );
  });
  if (role === "build" || added.length === 0) return chosen;
  const at = chosen.findLastIndex(({ kind }) => kind === "source" || kind === "copyFrom") + 1;
  return [
    ...chosen.slice(0, at),
    ...added.map(
      ({ sources, to, chown }): Step => ({
        kind: "source",
        files: sources,
        to,
        ...(chown === undefined ? {} : { chown }),
        why: "",
      }),
    ),
    ...chosen.slice(at),
  ];
}

/** Ports, health check, labels, signal and start as the author has them. */
function ending(steps: readonly Step[], author: Author, start: Start): readonly Step[] {
  const expose = author.ports.length > 0;
  const check = author.healthcheck;
  const kept = steps.flatMap((step): readonly Step[] => {
    if (step.kind === "expose" && expose)
      return [...new Set(author.ports)].map((port) => ({ kind: "expose", port, why: "" }));
    if (step.kind === "healthcheck" && check === "none") return [];
    if (step.kind === "healthcheck" && typeof check === "object")
      return ["kind" in check ? check : { ...step, ...check.timing }];
    if (step.kind === "command") return [];
    if (step.kind === "entrypoint" && !isInit(step)) return [];
    return [step];
  });
  const init = kept.find((step): step is Extract<Step, { kind: "entrypoint" }> => step.kind === "entrypoint");
  const entrypoint =
    start.entrypoint.length > 0 ? [...(init?.command ?? []), ...start.entrypoint] : undefined;
  const missing: readonly Step[] = [
    ...(expose && !kept.some(({ kind }) => kind === "expose")
      ? author.ports.map((port): Step => ({ kind: "expose", port, why: "" }))
      : []),
    ...(typeof check === "object" && "kind" in check && !kept.some(({ kind }) => kind === "healthcheck")
      ? [check]
      : []),
  ];
  const { labels, stopsignal } = author;
  return [
    ...kept.filter(({ kind }) => kind !== "entrypoint"),
    ...missing,
    ...(labels.length > 0 ? [{ kind: "label", values: labels, why: "" } satisfies Step] : []),
    ...(stopsignal === undefined ? [] : [{ kind: "stopsignal", signal: stopsignal, why: "" } satisfies Step]),
    ...(entrypoint
      ? [{ kind: "entrypoint", command: entrypoint, why: init?.why ?? "" } satisfies Step]
      : init
        ? [init]
        : []),
    ...(start.command.length > 0
      ? [{ kind: "command", command: start.command, why: "" } satisfies Step]
      : []),
  ];
}

function isInit({ command }: Extract<Step, { kind: "entrypoint" }>): boolean {
  return (command[0] ?? "").endsWith("/tini");
}

/** The account's numbers as the author has them. */
function ownSteps(steps: readonly Step[], user: Author["user"]): readonly Step[] {
  const planned = steps.find((step): step is Extract<Step, { kind: "user" }> => step.kind === "user");
  if (!user || !planned || (planned.uid === user.uid && planned.gid === user.gid)) return steps;
  const { uid, gid } = user;
  return steps.map((step): Step => {
    if (step.kind === "user") return { ...step, uid, gid, why: "" };
    if (step.kind === "createUser") return { ...step, uid, gid };
    return "chown" in step && step.chown !== undefined ? { ...step, chown: `${uid}:${gid}` } : step;
  });
}

/** Alpine's own way to make an account, and where it puts tini. */
function alpine(step: Step): Step {
  if (step.kind === "createUser") return { ...step, family: "alpine" };
  if (step.kind === "packages") return { ...step, manager: "apk" };
  if (step.kind === "entrypoint" && isInit(step))
    return { ...step, command: ["/sbin/tini", ...step.command.slice(1)] };
  return step;
}
