import type { ShellWord } from "../dockerfile/shell.ts";
import { packageCalls } from "./shared/packages.ts";
import { aliasesOf } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

/** go installs a module without a version. */
export const rule: Rule = {
  meta: {
    name: "go-pin-version",
    summary: "go install, go get or go run name a package without a version.",
    why: "Without @version (or with @latest) every build may bring another release of the tool. Name a version: go install example.com/cmd@v1.2.3.",
    severity: "warning",
    category: "reproducibility",
    fixable: "no",
    aliases: { hadolint: ["DL3062"] },
    source: "https://go.dev/ref/mod#go-install",
    bad: { dockerfile: "FROM golang:1.26-alpine\nRUN go install golang.org/x/tools/cmd/stringer@latest\n" },
    good: { dockerfile: "FROM golang:1.26-alpine\nRUN go install golang.org/x/tools/cmd/stringer@v0.39.0\n" },
  },
  *check(context) {
    for (const call of packageCalls(context, "go")) {
      if (!/^(?:install|get|run)$/.test(call.verb)) continue;
      const named = call.verb === "run" ? call.operands.slice(0, 1) : call.operands;
      const free = named.find(({ text }) => !isPinned(text));
      if (!free) continue;
      yield {
        range: free.range,
        message: `go ${call.verb} ${free.text.slice(0, 60)} takes whatever is newest: name a version, @v1.2.3`,
        aliases: aliasesOf(call.command, rule.meta.aliases),
        ...(isOwnModule(free, call.verb) ? { parity: true } : {}),
      };
    }
  },
};

function isPinned(text: string): boolean {
  if (/^\.{0,2}\/|^\.{1,2}$|^\.\.\.$/.test(text)) return true;
  const at = text.indexOf("@");
  return at > 0 && !/@(?:latest|none)$/.test(text);
}

/** Packages without a host name are the module's own, the standard library's, or files. */
function isOwnModule({ text }: ShellWord, verb: string): boolean {
  if (/\.go$/.test(text) || text.startsWith("$")) return true;
  if (verb === "get" || text.includes("@")) return false;
  const [host = ""] = text.split("/");
  return !host.includes(".");
}
