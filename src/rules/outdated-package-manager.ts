import { packageManager } from "../data/package-managers.ts";
import { commandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/**
 * Managers whose old releases a project leaves behind, and how many majors they may be behind. pnpm 10 reads today's lock
 * file and is the last that only warns about install scripts nobody approved.
 */
const behind: Readonly<Record<string, number>> = { poetry: 0, pnpm: 2, uv: 0, pdm: 0 };
const pin = /^(poetry|pnpm|pdm|uv)(?:==|@)(\d+)(?:\.\d+){0,2}$/;

/** A package manager pinned to a release that is no longer kept. */
export const rule: Rule = {
  meta: {
    name: "outdated-package-manager",
    summary: "The package manager that is installed is pinned to an old major version.",
    why: "Old releases get no fixes and cannot always read the lock files that today's write. Pin the version the project uses, from a release line that is still kept.",
    severity: "info",
    category: "maintainability",
    fixable: "no",
    aliases: {},
    source: "https://python-poetry.org/history/",
    bad: { dockerfile: "FROM python:3.13-slim\nRUN pip install --no-cache-dir poetry==1.8.0\n" },
    good: { dockerfile: "FROM python:3.13-slim\nRUN pip install --no-cache-dir poetry==2.5.1\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (!/^(?:pip[\d.]*|pipx|python[\d.]*|npm|corepack|uv)$/.test(command.name)) continue;
      for (const { text, range } of command.args) {
        const [, name = "", major = ""] = pin.exec(text) ?? [];
        const today = name === "" ? undefined : packageManager(name)?.version;
        const current = Number.parseInt(today ?? "", 10);
        if (Number.isNaN(current) || Number(major) + (behind[name] ?? 0) >= current) continue;
        yield { range, message: `${text} is an old release: ${name} is at ${today}` };
      }
    }
  },
};
