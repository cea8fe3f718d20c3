import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Runs one verb of dockwright: the package this skill came with, else the project's own or npx's copy. */
export function dockwright(verb, args) {
  const own = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
  const local = path.resolve("node_modules/dockwright/dist/cli/main.js");
  const file = [own, local].find((one) => existsSync(one));
  const [command, head] = file === undefined ? ["npx", ["--yes", "dockwright"]] : [process.execPath, [file]];
  const result = spawnSync(command, [...head, verb, ...args], { stdio: "inherit" });
  if (result.error) {
    console.error(`dockwright could not be started (${result.error.message}): install it with npm install -D dockwright`);
    process.exit(3);
  }
  process.exit(result.status ?? 4);
}
