import path from "node:path";
import type { ShellCommand } from "../../dockerfile/shell.ts";
import type { Mount, RunInstruction } from "../../dockerfile/types.ts";
import { rule as secretInLayer } from "../../rules/secret-in-layer.ts";
import { isSecretFile, judgeSecretName } from "../../rules/shared/secrets.ts";
import type { Evidence } from "../types.ts";
import { expanded, isCopy, normal } from "./files.ts";
import { npmTokens } from "./npm-auth.ts";
import { type AnswerModel, evidenceAt } from "./read.ts";

/** The places where a Dockerfile would keep a secret: configuration, history, copied files, written files. */
export function secretTraces(model: AnswerModel, names: readonly string[]): readonly Evidence[] {
  return [
    ...inVariables(model, new Set(names)),
    ...inCopies(model),
    ...inRuns(model, new Set(names)),
    // Removing a copied file is judged by what the file holds, above.
    ...[...secretInLayer.check(model.context)]
      .filter(({ related }) => related === undefined)
      .map(({ range, message }) => evidenceAt(model, range, message)),
  ];
}

function inVariables(model: AnswerModel, names: ReadonlySet<string>): Evidence[] {
  return model.file.instructions.flatMap((instruction) => {
    if (instruction.keyword !== "ARG" && instruction.keyword !== "ENV" && instruction.keyword !== "LABEL")
      return [];
    return instruction.assignments.flatMap(({ name, rawValue = "" }) => {
      const used = [...names].find((each) => new RegExp(`\\$\\{?${each}\\b`).test(rawValue));
      const named = names.has(name) || (instruction.keyword !== "LABEL" && judgeSecretName(name).buildkit);
      if (!named && used === undefined) return [];
      return [
        evidenceAt(
          model,
          instruction.range,
          `${instruction.keyword} ${name} stays in the image's ${instruction.keyword === "ARG" ? "history" : "configuration"}`,
        ),
      ];
    });
  });
}

function inCopies(model: AnswerModel): Evidence[] {
  const literal = new Set(
    npmTokens(model).flatMap((token) => (token.literal && token.file !== undefined ? [token.file] : [])),
  );
  return model.file.stages.flatMap((stage) =>
    stage.instructions.flatMap((instruction) => {
      if (!isCopy(instruction) || instruction.from !== undefined) return [];
      const files = instruction.sources.flatMap((source) => {
        const text = expanded(model, instruction, source);
        // A named secret need not be in the project to be copied where it is.
        return [...model.build.match(text), ...(/[*?[]/.test(text) ? [] : [normal(text)])];
      });
      const kept = files.find(
        (file) =>
          literal.has(file) ||
          (isSecretFile(file) && !file.endsWith(".npmrc")) ||
          /(?:^|[/._-])(?:npm_?)?token(?:\.txt)?$/i.test(file),
      );
      return kept === undefined
        ? []
        : [evidenceAt(model, instruction.range, `${instruction.keyword} takes ${kept} into a layer`)];
    }),
  );
}

function inRuns(model: AnswerModel, names: ReadonlySet<string>): Evidence[] {
  return model.context.runs.flatMap(({ run }) => {
    const script = model.context.script(run);
    const mounts = run.mounts.filter(({ type }) => type === "secret");
    if (script === undefined) return [];
    const files = mounts.flatMap(mountPath);
    const tainted = new Set([...names, ...mounts.flatMap((mount) => mount.options.get("env") ?? [])]);
    const found: Evidence[] = [];
    const written: { file: string; evidence: Evidence }[] = [];
    for (const command of script.commands) {
      const reads = readsSecret(command, tainted, files);
      if (reads && command.words.length === 0) for (const { name } of command.assignments) tainted.add(name);
      if (reads) for (const { name } of command.declared) tainted.add(name);
      for (const file of writes(command, reads)) {
        if (!isMounted(run, file))
          written.push({
            file,
            evidence: evidenceAt(model, command.range, `the secret is written to ${file}`),
          });
      }
      if (command.name === "rm") {
        for (const { text } of command.operands()) drop(written, text);
      }
    }
    found.push(...written.map(({ evidence }) => evidence));
    return found;
  });
}

function mountPath(mount: Mount): string[] {
  const id = mount.options.get("id") ?? mount.target?.split("/").at(-1) ?? "";
  return mount.target === undefined ? [`/run/secrets/${id}`] : [mount.target, `/run/secrets/${id}`];
}

/** True when a command's words, or what it reads, hold the secret's value once the shell ran. */
function readsSecret(command: ShellCommand, tainted: ReadonlySet<string>, files: readonly string[]): boolean {
  const words = [
    ...command.words,
    ...command.assignments.flatMap(({ value }) => value ?? []),
    ...command.declared.flatMap(({ value }) => value ?? []),
  ];
  const inPipe = command.pipeline?.commands ?? [];
  const reads = (each: ShellCommand): boolean =>
    /^(?:cat|cp|head|tail|tee|dd|sed|install|mv|ln|xargs)$/.test(each.name ?? "") &&
    each.args.some(({ text }) => files.includes(text));
  return (
    words.some((word) =>
      word.expansions.some(
        ({ kind, name, raw }) =>
          (kind === "parameter" && name !== undefined && tainted.has(name)) ||
          (kind === "command" &&
            (files.some((file) => raw.includes(file)) ||
              [...tainted].some((variable) => new RegExp(`\\$\\{?${variable}\\b`).test(raw)))),
      ),
    ) ||
    reads(command) ||
    inPipe.some(reads)
  );
}

/** The files a command that holds the secret leaves behind. */
function writes(command: ShellCommand, reads: boolean): readonly string[] {
  if (!reads) return [];
  const redirected = command.redirects.flatMap(({ operator, target }) =>
    operator.startsWith(">") && !operator.endsWith("&") && target && !target.text.startsWith("/dev/")
      ? [target.text]
      : [],
  );
  const operands = command.operands().map(({ text }) => text);
  if (command.name === "cp" || command.name === "install" || command.name === "mv")
    return [...redirected, operands.at(-1) ?? ""];
  if (command.name === "tee") return [...redirected, ...operands];
  if (
    /^(?:npm|pnpm|yarn)$/.test(command.name ?? "") &&
    (operands[0] === "set" || (operands[0] === "config" && operands[1] === "set"))
  )
    return [...redirected, "~/.npmrc"];
  if (command.name === "git" && operands[0] === "config") return [...redirected, "~/.gitconfig"];
  return redirected;
}

function isMounted(run: RunInstruction, file: string): boolean {
  return run.mounts.some(
    ({ type, target }) =>
      (type === "tmpfs" || type === "cache" || type === "secret") &&
      target !== undefined &&
      (file === target || file.startsWith(`${target.replace(/\/+$/, "")}/`)),
  );
}

function drop(written: { file: string }[], removed: string): void {
  const base = path.posix.basename(removed);
  for (let index = written.length - 1; index >= 0; index--) {
    if (path.posix.basename(written[index]?.file ?? "") === base) written.splice(index, 1);
  }
}
