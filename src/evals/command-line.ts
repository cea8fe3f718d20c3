import { mapped } from "../dockerfile/mapped-text.ts";
import { commandScript } from "../dockerfile/shell.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";

/** The words of one simple command line, quotes taken as a shell would; nothing is run or expanded. Throws InputError. */
export function commandLineWords(text: string): readonly string[] {
  const range = { start: 0, end: text.length };
  const script = commandScript({ form: "shell", text, range, source: mapped(text, 0) }, [], undefined);
  const only = script?.commands[0];
  if (script === undefined || only === undefined || script.commands.length !== 1 || only.redirects.length > 0)
    throw new InputError(`${clean(text, 80)} is not one simple command`, "give a program and its arguments");
  return only.words.map((word) => word.text);
}
