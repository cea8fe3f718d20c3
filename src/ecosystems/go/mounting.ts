import { mountsBelow, type RouteSight } from "../health-path.ts";

const registers =
  /\b(\w+)\.(?:GET|HEAD|Get|Head|Any|All|Add|Handle|HandleFunc|HandleFn|Method|MethodFunc|Match)\(/;
const routers =
  "(?:gin\\.(?:Default|New)|echo\\.New|fiber\\.New|chi\\.New(?:Router|Mux)|mux\\.NewRouter|http\\.NewServeMux|httprouter\\.New|iris\\.(?:New|Default))\\(";
const below = /\.(?:Group|Route|PathPrefix|Mount|Party)\(\s*"\/\w|StripPrefix\(/;

/** Where a Go route is mounted: at the root when the router is made in the same function, or by the group's own path. */
export function goMounting({ project, lines, index, call }: RouteSight): string | undefined {
  const owner = registers.exec(call)?.[1];
  // What only operators see has a port of its own.
  if (owner === undefined || /telemetry|metric|debug|admin|management/i.test(owner)) return undefined;
  if (owner === "http" || !mountsBelow(project, [".go"], below)) return "";
  return prefixOf(owner, lines, index);
}

/** Looks upwards for the declaration of the router or group; a closure's parameter hides what is outside of it. */
function prefixOf(owner: string, lines: readonly string[], index: number): string | undefined {
  const made = new RegExp(`\\b${owner}\\s*:?=\\s*${routers}`);
  const grouped = new RegExp(`\\b${owner}\\s*:?=\\s*(\\w+)\\.(?:Group|Party)\\(\\s*"([^"]*)"`);
  // Above zero inside of a block that ends before the route: what it declares is not seen from there.
  let closed = 0;
  for (let at = index; at >= 0; at--) {
    const line = lines[at] ?? "";
    const before = closed;
    if (at < index) closed += count(line, "}") - count(line, "{");
    if (before > 0 || closed > 0) {
      closed = Math.max(0, closed);
      continue;
    }
    if (made.test(line)) return "";
    const group = grouped.exec(line);
    if (group) {
      const outer = prefixOf(group[1] ?? "", lines, at - 1);
      return outer === undefined ? undefined : outer + (group[2] ?? "").replace(/\/$/, "");
    }
    if (new RegExp(`func\\([^)]*\\b${owner}\\b|^func\\b`).test(line)) return undefined;
    closed = Math.max(0, closed);
  }
  return undefined;
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}
