import { LineCounter, parseDocument } from "yaml";
import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";

/**
 * Parses one YAML configuration file into plain data.
 * Throws InputError with the line for broken YAML; aliases are bounded, so a small file stays small.
 */
export function readYaml(text: string, file: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "silent" });
  const error = document.errors[0];
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new InputError(`${clean(file)}:${line}:${col}: ${clean(error.message)}`, "correct the YAML");
  }
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new InputError(`${clean(file)}: too many YAML aliases`, "write the values out", { cause });
  }
}
