import { randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { secretName } from "../../data/secrets.ts";
import { stageGraph } from "../../dockerfile/graph.ts";
import type { Dockerfile, RunInstruction } from "../../dockerfile/types.ts";
import { InputError, NotFoundError } from "../../security/errors.ts";
import { clean, mask } from "../../security/untrusted.ts";
import type { VerifyContext, VerifyInput } from "../types.ts";
import { type Needle, needlesOf, partsOf } from "./needles.ts";

/** A secret of one run, its value included: never leaves the process but to the builder. */
export interface RunSecret {
  /** As reports name it: the id, or `ARG NAME`. */
  readonly label: string;
  readonly kind: "mount" | "argument";
  readonly id: string;
  readonly value: string;
  /** The file it was read from, which the builder reads itself. */
  readonly file?: string;
  /** True when the value was made up for this run. */
  readonly canary: boolean;
  /** Empty when the value is too short or too plain to be searched. */
  readonly needles: readonly Needle[];
}

const largestSecret = 500 * 1024;

/** A value nobody has seen before: 48 characters, 240 bits. */
export function makeCanary(): string {
  const alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGH";
  return [...randomBytes(48)].map((byte) => alphabet[byte & 31]).join("");
}

/**
 * Every secret of the build with its value: those the caller names, a canary for each that the Dockerfile mounts and
 * nobody names, and for build arguments whose names say that they hold one. Throws InputError for an unset variable.
 */
export async function collectSecrets(
  file: Dockerfile,
  input: VerifyInput,
  env: VerifyContext["env"],
): Promise<RunSecret[]> {
  const secrets: RunSecret[] = [];
  for (const source of input.secrets ?? []) {
    if (!/^[\w.-]{1,128}$/.test(source.id)) {
      throw new InputError(`${clean(source.id, 60)} is not a secret's id`, "use letters, digits, _ . and -");
    }
    if (secrets.some((secret) => secret.id === source.id)) continue;
    if ("canary" in source) secrets.push(makeSecret("mount", source.id, makeCanary(), true));
    else if ("file" in source) {
      const value = await readSecret(source.id, source.file);
      secrets.push({ ...makeSecret("mount", source.id, value, false), file: source.file });
    } else {
      const value = env[source.env];
      if (value === undefined || value === "") {
        throw new InputError(
          `secret ${source.id} comes from the variable ${clean(source.env, 60)}, which is not set`,
          "set it, or leave the secret out: it then gets a random value",
        );
      }
      secrets.push(makeSecret("mount", source.id, value, false));
    }
  }
  for (const id of mountedSecrets(file, input.target)) {
    if (!secrets.some((secret) => secret.id === id)) {
      secrets.push(makeSecret("mount", id, makeCanary(), true));
    }
  }
  for (const name of secretArguments(file, input)) {
    const given = input.buildArgs?.[name];
    secrets.push(makeSecret("argument", name, given ?? makeCanary(), given === undefined));
  }
  return secrets;
}

function makeSecret(kind: RunSecret["kind"], id: string, value: string, canary: boolean): RunSecret {
  return {
    label: kind === "mount" ? id : `ARG ${id}`,
    kind,
    id,
    value,
    canary,
    needles: partsOf(value).flatMap(needlesOf),
  };
}

async function readSecret(id: string, file: string): Promise<string> {
  // Builders take a secret's options apart at commas: a folder may be named like another option.
  if (/[,"\r\n]/.test(file)) {
    throw new InputError(
      `the path of secret ${id} has a comma, a quote or a line break, which builders read as more options`,
      "name a file whose path, links followed, has none",
    );
  }
  const info = await stat(file).catch(() => undefined);
  if (!info?.isFile()) throw new NotFoundError(`the file of secret ${id} is not there`, "check its path");
  if (info.size > largestSecret) {
    throw new InputError(
      `the file of secret ${id} is larger than 500 KB`,
      "builders refuse it; name another",
    );
  }
  return readFile(file, "utf8");
}

/** Ids of the secrets that RUNs of the needed stages mount. */
export function mountedSecrets(file: Dockerfile, target: string | undefined): string[] {
  const ids = new Set<string>();
  for (const run of neededRuns(file, target)) {
    for (const mount of run.mounts) {
      if (mount.type !== "secret") continue;
      const id = mount.options.get("id") ?? mount.target?.split("/").at(-1);
      if (id !== undefined && id !== "" && !id.includes("$")) ids.add(id);
    }
  }
  return [...ids];
}

function neededRuns(file: Dockerfile, target: string | undefined): RunInstruction[] {
  const graph = stageGraph(file, target);
  return file.stages
    .filter((stage) => graph.reachable(stage))
    .flatMap((stage) => stage.instructions)
    .filter((instruction) => instruction.keyword === "RUN");
}

function secretArguments(file: Dockerfile, input: VerifyInput): string[] {
  const graph = stageGraph(file, input.target);
  const names = new Set<string>();
  for (const stage of file.stages) {
    if (!graph.reachable(stage)) continue;
    for (const instruction of stage.instructions) {
      if (instruction.keyword !== "ARG") continue;
      for (const { name } of instruction.assignments) if (secretName(name)) names.add(name);
    }
  }
  return [...names];
}

/** Values of variables of the container and its services whose names say that they hold a secret. */
function secretVariables(input: VerifyInput): string[] {
  return [input.env, ...(input.services ?? []).map(({ env }) => env)]
    .flatMap((env) => Object.entries(env ?? {}))
    .filter(([name, value]) => secretName(name) && value.length >= 4)
    .map(([, value]) => value);
}

/** Takes every value, in every form it is searched for, out of a text. */
export function redactor(secrets: readonly RunSecret[], input: VerifyInput): (text: string) => string {
  const forms = new Map<string, string>();
  for (const value of secretVariables(input)) forms.set(value, mask(value));
  for (const secret of secrets) {
    const values = secret.value.length >= 4 ? [secret.value, secret.value.trim()] : [];
    for (const value of values) if (value !== "") forms.set(value, mask(secret.value));
    for (const { form, bytes } of secret.needles) {
      if (form !== "utf16") forms.set(bytes.toString("utf8"), mask(secret.value));
    }
  }
  const ordered = [...forms].sort(([a], [b]) => b.length - a.length);
  return (text) => {
    let result = text;
    for (const [form, shown] of ordered) if (result.includes(form)) result = result.replaceAll(form, shown);
    return result;
  };
}
