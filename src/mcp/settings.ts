import type { Limits } from "../security/limits.ts";
import type { Roots } from "../security/paths.ts";
import type { ToolContext } from "../tools/define.ts";
import type { Offered } from "./knowledge.ts";

/** What a server was started with; the same for every connection and request. */
export interface ServerSettings {
  readonly roots: Roots;
  readonly limits: Limits;
  readonly allow: ToolContext["allow"];
  readonly knowledge: Offered;
  /** Folder of Agent Skills. */
  readonly skillsFolder: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** For the operator: stderr. Standard output belongs to the protocol. */
  log(line: string): void;
}
