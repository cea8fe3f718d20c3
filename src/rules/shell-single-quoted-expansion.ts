import { closestCommand, commandNameAt, nodesOf, type ShellEntry } from "./shared/shell-tree.ts";
import type { Rule } from "./types.ts";

const expansion = /\$[{(0-9a-zA-Z_]|`[^`]+`/;
/** In sed's scripts a $ is the last line or the end of the line. */
const sedAddress = /\$[{dpsaic](?:$|[^a-zA-Z])/;

/** Programs that expand what they get themselves. */
const expanding = new Set([
  "trap", "sh", "bash", "ksh", "zsh", "ssh", "eval", "xprop", "alias", "sudo", "doas", "run0", "docker", "podman", "oc",
  "dpkg-query", "jq", "rename", "rg", "unset",
]); // biome-ignore format: a list
const prompts = new Set(["PS1", "PS2", "PS3", "PS4", "PROMPT_COMMAND"]);

/** '$x' stays as it is. */
export const rule: Rule = {
  meta: {
    name: "shell-single-quoted-expansion",
    summary: "A variable or a command substitution stands in single quotes and does not expand.",
    why: "Nothing expands between single quotes. Where the value is meant, use double quotes; where the text is meant (a line for a script), it is right as it is.",
    severity: "info",
    category: "shell",
    fixable: "no",
    aliases: { shellcheck: ["SC2016"] },
    source: "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02",
    bad: { dockerfile: "FROM debian:13-slim\nARG VERSION=1\nRUN mkdir -p '/srv/$VERSION'\n" },
    good: { dockerfile: 'FROM debian:13-slim\nARG VERSION=1\nRUN mkdir -p "/srv/$VERSION"\n' },
  },
  *check(context) {
    for (const { entry } of nodesOf(context, "'", "SingleQuoted")) {
      const { node } = entry;
      if (!expansion.test(node.value)) continue;
      const name = programAt(entry);
      if (name === "sed" ? sedAddress.test(node.value) : isExpanding(name) || setsPrompt(entry)) continue;
      yield {
        range: entry.range,
        message: `${node.text.slice(0, 50)} does not expand in single quotes: use double quotes if the value is meant`,
        ...(isText(entry, name) ? { parity: true } : {}),
      };
    }
  },
};

function isExpanding(name: string): boolean {
  return expanding.has(name) || name.endsWith("awk") || name.startsWith("perl");
}

/** The program that gets the text: what `find -exec` and `git filter-branch` run counts. */
function programAt(entry: ShellEntry): string {
  const name = commandNameAt(entry);
  const words = (closestCommand(entry)?.node.args ?? []).map((arg) =>
    arg.type === "Word" ? arg.value : arg.text,
  );
  if (name === "git" && words[0] === "filter-branch") return "eval";
  if (name !== "find") return name;
  const at = words.findIndex((word) => word === "-exec" || word === "-execdir");
  return (at >= 0 ? words[at + 1] : undefined) ?? name;
}

function setsPrompt(entry: ShellEntry): boolean {
  const owner = entry.parent?.parent?.node;
  return owner?.type === "Assignment" && prompts.has(owner.name);
}

/** Text for a file, a program or a pattern, not for this shell. */
function isText(entry: ShellEntry, name: string): boolean {
  const command = closestCommand(entry);
  if (!command) return true;
  if (
    /^(?:sed|grep|egrep|fgrep|envsubst|su|gosu|su-exec|runuser|chroot|xargs|python[\d.]*|node|ruby|php|psql|mysql|tee|git|make|crudini|sqlite3|find)$/.test(
      name,
    )
  )
    return true;
  if (name !== "echo" && name !== "printf") return false;
  for (let at: ShellEntry | undefined = command; at; at = at.parent) {
    const { node } = at;
    if (node.type === "Pipeline" || node.type === "Redirected") return true;
    if (node.type === "Command" && node.redirects.length > 0) return true;
  }
  return false;
}
