import { isIP } from "node:net";
import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";

/** True for an address only this machine can reach. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

/** Who may be where: the address to listen on, and what it takes to listen beyond this machine. */
export interface Exposure {
  readonly host: string;
  /** A token someone chose; undefined when it is to be made up. */
  readonly token: string | undefined;
  readonly noToken: boolean;
  readonly allowedHosts: readonly string[];
}

/**
 * Throws InputError when the server would be open to others without being meant to: beyond loopback it takes a
 * token of one's own and the names clients may use.
 */
export function checkExposure({ host, token, noToken, allowedHosts }: Exposure): void {
  if (noToken && token !== undefined) {
    throw new InputError("--no-token contradicts a token", "leave one of them out");
  }
  if (isLoopback(host)) return;
  const shown = clean(host, 80);
  if (noToken) {
    throw new InputError(
      `--no-token does not go with --host ${shown}`,
      "others could call the tools; give a token",
    );
  }
  if (token === undefined) {
    throw new InputError(
      `--host ${shown} is open to other machines and needs a token of your own`,
      "set DOCKWRIGHT_TOKEN or --token-file",
    );
  }
  if (allowedHosts.length === 0) {
    throw new InputError(
      `--host ${shown} needs the names clients may use`,
      "add --allowed-host <name> for each, such as the service's DNS name",
    );
  }
}
