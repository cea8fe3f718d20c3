import { posix } from "node:path";
import type { FactSet } from "../../../ecosystems/types.ts";
import type { Generated } from "../../../generate/generate.ts";
import type { Plan } from "../../../plan/types.ts";
import { type Command, operandsOf } from "../../../rules/shared/commands.ts";
import { packageCalls } from "../../../rules/shared/packages.ts";
import type { RuleContext } from "../../../rules/types.ts";
import type { Author, Misread } from "./author.ts";
import { commandText } from "./commands.ts";

/** Where the plan would do something else than the file: another manager, another build, more than the file says. */
export function mismatch(
  context: RuleContext,
  author: Author,
  { plan, facts }: Generated,
): Misread | undefined {
  const runtime = plan.stages.at(-1);
  const at = (command: Command, reason: string): Misread => ({
    line: context.file.lineAt(command.range.start),
    reason: `"${commandText(context, command)}" ${reason}`,
  });
  const inGeneral = (reason: string): Misread => ({
    line: context.file.lineAt(context.file.stages[0]?.range.start ?? 0),
    reason,
  });
  const [input] = plan.inputs;
  const [setting] = plan.projectSettings;
  if (plan.language !== author.base.language) return inGeneral(`the project is one of ${plan.language}`);
  if (input) return inGeneral(`the plan's build needs ${input.flag}`);
  if (setting) return inGeneral(`${setting.file} needs ${setting.setting} first`);
  if (/nginx/.test(runtime?.from ?? ""))
    return inGeneral("the plan serves the built files with nginx, the file with a program of its own");
  for (const install of author.installs) {
    const reason = unlikeInstall(context, install, author, facts);
    if (reason !== undefined) return at(install, reason);
  }
  const planned = buildsOf(plan);
  for (const build of author.builds) {
    const reason = unlikeBuild(build, planned, facts);
    if (reason !== undefined) return at(build, reason);
  }
  if (planned.length > 0 && author.builds.length === 0)
    return inGeneral(`the plan builds with "${planned[0]?.slice(0, 60)}", the file does not`);
  if (
    author.installs.length === 0 &&
    factOf(facts, "dependencies") !== undefined &&
    author.base.language !== "go"
  )
    return inGeneral("nothing installs the project's dependencies");
  return undefined;
}

/** The commands of the plan that make the application. The probe of a health check is none of them. */
function buildsOf(plan: Plan): readonly string[] {
  return plan.stages.flatMap(({ name, steps }) =>
    steps.flatMap((step) =>
      step.kind === "run" && step.role === "build" && name !== "test"
        ? step.commands.filter((command) => !/-o \/out\/healthcheck\b/.test(command))
        : [],
    ),
  );
}

const harmless: Readonly<Record<string, RegExp>> = {
  pip: /^(?:--no-cache-dir|--upgrade|-U|-q|--quiet|-r|--requirement(?:=.*)?|-r\S+|--no-warn-script-location|--disable-pip-version-check|--prefer-binary|-e|--no-input|--root-user-action=\w+|--system|--no-cache|-m)$/,
  npm: /^(?:--omit=dev|--production|--only=prod(?:uction)?|--include=dev|--no-audit|--no-fund|--audit=false|--fund=false|--prefer-offline|--quiet|--silent|-s|--no-progress|--progress=false)$/,
  yarn: /^(?:--frozen-lockfile|--immutable|--production(?:=\w+)?|--prod|--silent|--non-interactive|--network-timeout=\d+|--no-progress)$/,
  pnpm: /^(?:--frozen-lockfile|--prod|-P|--production|--silent|--prefer-offline)$/,
  poetry:
    /^(?:--no-root|--no-dev|--only=main|--only|--without=dev|--without|--no-interaction|-n|--no-ansi|--no-cache|--sync)$/,
  uv: /^(?:--locked|--frozen|--no-dev|--no-cache|--no-install-project|--compile-bytecode|--no-editable)$/,
  pipenv: /^(?:--system|--deploy|--ignore-pipfile|--clear)$/,
  pdm: /^(?:--prod|--production|--no-self|--no-editable|--no-lock|--frozen-lockfile|--check)$/,
  go: /^$/,
};

function unlikeInstall(
  context: RuleContext,
  command: Command,
  author: Author,
  facts: FactSet,
): string | undefined {
  const manager = String(factOf(facts, "packageManager") ?? "").replace("yarn-berry", "yarn");
  const uvPip = command.name === "uv" && command.args[0]?.text === "pip";
  const isPip = uvPip || !Object.hasOwn(harmless, command.name) || command.name === "pip";
  const name = isPip ? "pip" : command.name;
  if (name !== manager && name !== "go") return `installs with ${name}, the plan with ${manager}`;
  const odd = command.args.find(({ text }) => text.startsWith("-") && !harmless[name]?.test(text));
  if (odd) return `has the option ${odd.text.slice(0, 40)}, which the plan does not know`;
  return isPip ? unlikePip(context, command, author, facts) : undefined;
}

/** The requirements files are the plan's manifests, and names are among the declared dependencies. */
function unlikePip(
  context: RuleContext,
  command: Command,
  author: Author,
  facts: FactSet,
): string | undefined {
  const manifests = listOf(facts, "manifests");
  const declared = new Set(listOf(facts, "dependencies"));
  const call = packageCalls(context, "pip").find((one) => one.command.range.start === command.range.start);
  const files = command.args.flatMap(({ text }, index) => {
    if (/^(?:-r|--requirement)$/.test(text)) return [command.args[index + 1]?.text ?? ""];
    return /^-r./.test(text) ? [text.slice(2)] : [];
  });
  for (const file of files) {
    const inside = posix.relative(author.workdir, posix.resolve(author.workdir, file));
    const known = inside.startsWith("..")
      ? manifests.some((manifest) => posix.basename(manifest) === posix.basename(file))
      : manifests.includes(inside);
    if (!known) return `reads ${file.slice(0, 60)}, which the plan does not`;
  }
  for (const { text } of call?.operands ?? []) {
    const own =
      /^\.(?:\/)?(?:\[.*\])?$/.test(text) && !manifests.some((manifest) => manifest.endsWith(".txt"));
    const name = text
      .replace(/[[=<>~!;].*$/, "")
      .toLowerCase()
      .replace(/[-_.]+/g, "-");
    if (!own && !declared.has(name)) return `installs ${text.slice(0, 40)}, which no manifest names`;
  }
  return undefined;
}

function unlikeBuild(command: Command, planned: readonly string[], facts: FactSet): string | undefined {
  if (command.name === "go") return unlikeGo(command, facts);
  if (command.args.some(({ text }) => text === "collectstatic"))
    return planned.some((line) => line.includes("collectstatic")) ? undefined : "is not part of the plan";
  const words = [command.name, ...operandsOf(command).map(({ text }) => text)];
  const wanted = words.join(" ").replace(/^(yarn|pnpm|bun) (?!run\b)/, "$1 run ");
  const known = planned.some((line) =>
    line
      .split(" && ")
      .some((part) => part.trim().replace(/^(yarn|pnpm|bun) (?!run\b)/, "$1 run ") === wanted),
  );
  return known && words.length === command.args.length + 1 ? undefined : "is not part of the plan";
}

/** The same package, and only options that make the program smaller or static, as the plan does. */
function unlikeGo(command: Command, facts: FactSet): string | undefined {
  const args = command.args.map(({ text }) => text);
  let target = ".";
  if (args[0] !== "build") return "is not part of the plan";
  for (let index = 1; index < args.length; index++) {
    const word = args[index] ?? "";
    if (word === "-o" || word === "-installsuffix") index++;
    else if (word === "-ldflags" || word.startsWith("-ldflags=")) {
      const flags = word === "-ldflags" ? (args[++index] ?? "") : word.slice("-ldflags=".length);
      if (!/^(?:\s|-s|-w|-extldflags|=|['"]?-static['"]?)*$/.test(flags)) return "sets values by -ldflags";
    } else if (word.startsWith("-")) {
      if (!/^-(?:o=.*|trimpath|v|x|a|mod=\w+|buildvcs=false)$/.test(word))
        return `has the option ${word.slice(0, 40)}, which the plan does not know`;
    } else target = word;
  }
  const main = String(factOf(facts, "mainPackage") ?? ".");
  const plain = (path: string): string => posix.normalize(path).replace(/\/$/, "");
  const one = /\.go$/.test(target) ? posix.dirname(target) : target;
  return plain(one) === plain(main) ? undefined : `builds ${target.slice(0, 40)}, the plan ${main}`;
}

function factOf(facts: FactSet, name: string): unknown {
  return facts[name]?.value;
}

function listOf(facts: FactSet, name: string): readonly string[] {
  const value = factOf(facts, name);
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
