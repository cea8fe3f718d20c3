import { type Command, findFlag, hasFlag } from "./commands.ts";

/** True for a curl whose output goes to a file or another program; a call for its own sake is not meant. */
export function keepsOutput(command: Command): boolean {
  const { shell } = command;
  if (hasFlag(command, "--version", "-V", "--help", "-I", "--head")) return false;
  if (findFlag(command, "-o", "-O", "--output", "--remote-name", "--remote-name-all", "-J")) return true;
  const to = shell.redirects.some(
    ({ operator, fd }) => operator.startsWith(">") && (fd === undefined || fd === 1),
  );
  return to || (shell.pipeline !== undefined && shell.pipeline.commands.at(-1) !== shell);
}

/** True when a letter is given to curl as a flag; letters of a cluster after one that takes a value are its value. */
export function hasCurlFlag(command: Command, letter: string, long: RegExp): boolean {
  return command.args.some(({ text }) => {
    if (text.startsWith("--")) return long.test(text);
    return text.startsWith("-") && text.replace(/([oHdXuAbcDeEFKmPQrTUwxyYzC]).*$/, "$1").includes(letter);
  });
}
