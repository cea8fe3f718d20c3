import { hasFlag } from "./shared/commands.ts";
import { insert } from "./shared/edits.ts";
import { packageCalls } from "./shared/packages.ts";
import { aliasesOf, ships } from "./shared/reach.ts";
import type { Rule } from "./types.ts";

const setting = /^(?:-o=?|--option=?)?APT::Install-Recommends=["']?(?:false|0|no|off)["']?$/i;

/** apt-get install that pulls recommended packages. */
export const rule: Rule = {
  meta: {
    name: "apt-no-recommends",
    summary: "apt-get install also installs recommended packages.",
    why: "Recommended packages are for people at a desk: documentation, helpers, alternatives. They often double what is installed. Ask for --no-install-recommends and name what you need; certificates (ca-certificates) are the usual thing to name then.",
    severity: "info",
    category: "size",
    fixable: "unsafe",
    aliases: { hadolint: ["DL3015"], trivy: ["DS-0029"], semgrep: ["missing-no-install-recommends"] },
    source: "https://docs.docker.com/build/building/best-practices/#apt-get",
    bad: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
    },
    good: {
      dockerfile:
        "FROM debian:13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*\n",
    },
  },
  *check(context) {
    const { file } = context;
    for (const call of packageCalls(context, "apt-get", "apt")) {
      const { command, verbWord } = call;
      if (call.verb !== "install" || !verbWord || hasFlag(command, "--no-install-recommends")) continue;
      if (command.args.some(({ text }) => setting.test(text))) continue;
      const kept = call.operands.length === 0 || !ships(file, command.stage);
      yield {
        range: verbWord.range,
        message: `${call.manager} install without --no-install-recommends also installs what is only recommended`,
        aliases: call.manager === "apt-get" ? aliasesOf(command, rule.meta.aliases) : {},
        ...(kept && !context.file.fragment ? { parity: true } : {}),
        fix: {
          title: "add --no-install-recommends",
          edits: [
            insert(
              verbWord.range.end,
              command.json ? '", "--no-install-recommends' : " --no-install-recommends",
            ),
          ],
          safe: false,
        },
      };
    }
  },
};
