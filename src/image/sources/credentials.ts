import { homedir } from "node:os";
import path from "node:path";
import { findProgram, runProcess } from "../../security/process.ts";
import { type Environment, field, readJsonFile } from "./endpoint.ts";

/** What a registry asks for. An identity token goes to the token service instead of name and password. */
export type Credentials =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "identity"; readonly token: string };

/**
 * The user's credentials for a registry, from the files and helpers that docker login and podman login write:
 * `credHelpers`, `credsStore`, `auths` of Docker's config.json, then Podman's auth.json. Undefined when there are none.
 * A helper gets nothing but the registry's name.
 */
export async function findCredentials(
  key: string,
  env: Environment,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  const home = env.HOME || homedir();
  const files = [
    path.join(env.DOCKER_CONFIG || path.join(home, ".docker"), "config.json"),
    ...(env.REGISTRY_AUTH_FILE ? [env.REGISTRY_AUTH_FILE] : []),
    ...(env.XDG_RUNTIME_DIR ? [path.join(env.XDG_RUNTIME_DIR, "containers", "auth.json")] : []),
  ];
  for (const file of files) {
    const config = await readJsonFile(file);
    const helper = field(field(config, "credHelpers"), key) ?? field(config, "credsStore");
    const found =
      (typeof helper === "string" ? await askHelper(helper, key, signal) : undefined) ??
      fromAuths(field(config, "auths"), key);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function askHelper(helper: string, key: string, signal: AbortSignal): Promise<Credentials | undefined> {
  if (!/^[\w.-]+$/.test(helper)) return undefined;
  const program = await findProgram(`docker-credential-${helper}`);
  if (program === undefined) return undefined;
  const result = await runProcess({ program, args: ["get"], input: key, signal, timeoutMs: 20_000 });
  if (result.exitCode !== 0) return undefined;
  let answer: unknown;
  try {
    answer = JSON.parse(result.stdout);
  } catch {
    return undefined;
  }
  return toCredentials(field(answer, "Username"), field(answer, "Secret"));
}

function fromAuths(auths: unknown, key: string): Credentials | undefined {
  const host = hostOf(key);
  const names = typeof auths === "object" && auths !== null ? Object.keys(auths) : [];
  const name = names.find((one) => one === key) ?? names.find((one) => hostOf(one) === host);
  if (name === undefined) return undefined;
  const entry = field(auths, name);
  const token = field(entry, "identitytoken");
  if (typeof token === "string" && token !== "") return { kind: "identity", token };
  const auth = field(entry, "auth");
  if (typeof auth === "string" && auth !== "") {
    const text = Buffer.from(auth, "base64").toString("utf8");
    const colon = text.indexOf(":");
    return colon < 0
      ? undefined
      : toCredentials(text.slice(0, colon), text.slice(colon + 1).replace(/\0+$/, ""));
  }
  return toCredentials(field(entry, "username"), field(entry, "password"));
}

function toCredentials(username: unknown, password: unknown): Credentials | undefined {
  if (typeof username !== "string" || typeof password !== "string" || password === "") return undefined;
  return username === "<token>"
    ? { kind: "identity", token: password }
    : { kind: "basic", username, password };
}

/** Older clients wrote `https://host/v1/`, newer ones `host`. */
function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}
