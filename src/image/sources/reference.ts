import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";

/** Where an image lies in a registry. */
export interface RegistryReference {
  /** Host and port that answer the API: `registry-1.docker.io` for Docker Hub. */
  readonly host: string;
  /** The name under which clients keep credentials. */
  readonly credentialKey: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly tag: string;
}

const hub = "docker.io";

/**
 * Takes a reference apart by the distribution grammar; `node:22` is `docker.io/library/node:22`.
 * Throws InputError for an image id, which no registry knows.
 */
export function parseReference(reference: string): RegistryReference {
  const at = reference.indexOf("@");
  const digest = at < 0 ? undefined : reference.slice(at + 1);
  let name = at < 0 ? reference : reference.slice(0, at);
  const colon = name.lastIndexOf(":");
  const tag = colon > name.lastIndexOf("/") ? name.slice(colon + 1) : undefined;
  if (tag !== undefined) name = name.slice(0, colon);
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  // The first part is a host when it cannot be a user's name.
  const hasHost = /[.:]/.test(first) || first === "localhost";
  const host = hasHost ? first : hub;
  const rest = hasHost ? name.slice(slash + 1) : name;
  const repository = host === hub && !rest.includes("/") ? `library/${rest}` : rest;
  if (
    !/^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/.test(repository)
  ) {
    throw new InputError(`${clean(reference, 120)} is not a repository`, "repository names are lower case");
  }
  const isHub = host === hub || host === "index.docker.io";
  return {
    host: isHub ? "registry-1.docker.io" : host,
    credentialKey: isHub ? "https://index.docker.io/v1/" : host,
    repository,
    tag: digest ?? tag ?? "latest",
  };
}

/** True for this machine: registries there may speak plain HTTP, as Docker's client allows. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name);
}
