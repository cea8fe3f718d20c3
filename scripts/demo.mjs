// The main job on real input: reads examples/python-fastapi, prints the Dockerfile it writes and what the validator says.
import { spawnSync } from "node:child_process";

const cli = (...args) => {
  const result = spawnSync(process.execPath, ["dist/cli/main.js", ...args], { encoding: "utf8" });
  if (result.status !== 0) {
    process.stderr.write(result.stderr || result.stdout);
    process.exit(result.status ?? 1);
  }
  return result.stdout;
};

const generated = JSON.parse(cli("generate", "examples/python-fastapi", "--json"));
const dockerfile = generated.files.find((file) => file.path.endsWith("Dockerfile"));
console.log(`--- Dockerfile for examples/python-fastapi\n\n${dockerfile.text}`);
console.log("--- validate\n");
const checked = spawnSync(
  process.execPath,
  ["dist/cli/main.js", "validate", "-", "--context", "examples/python-fastapi"],
  {
    encoding: "utf8",
    input: dockerfile.text,
  },
);
console.log(checked.stdout || checked.stderr);
process.exit(checked.status ?? 1);
