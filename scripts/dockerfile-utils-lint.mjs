// Prints what dockerfile-utils says about Dockerfiles, one JSON line a file, for scripts/agreement.ts:
//
//   find . -type f | node scripts/dockerfile-utils-lint.mjs <folder with node_modules/dockerfile-utils> > utils.jsonl
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [folder = "."] = process.argv.slice(2);
const { validate, ValidationCode } = createRequire(path.join(path.resolve(folder), "here.js"))(
  "dockerfile-utils",
);

for (const file of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const findings = validate(readFileSync(file, "utf8")).map(({ code, range }) => ({
    rule: ValidationCode[code] ?? String(code),
    line: range.start.line + 1,
  }));
  process.stdout.write(`${JSON.stringify({ file, findings })}\n`);
}
