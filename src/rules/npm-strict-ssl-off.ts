import { commandsOf, operandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/** npm or yarn configured without certificate checks. */
export const rule: Rule = {
  meta: {
    name: "npm-strict-ssl-off",
    summary: "npm or yarn is told not to check certificates.",
    why: "`strict-ssl false` is written to the configuration, so every later install takes packages from anybody who answers in the registry's name, and runs their scripts. Give the authority with `npm config set cafile`.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_13"] },
    source: "https://docs.npmjs.com/cli/using-npm/config#strict-ssl",
    bad: { dockerfile: "FROM node:24-slim\nRUN npm config set strict-ssl false\n" },
    good: { dockerfile: "FROM node:24-slim\nRUN npm config set cafile /etc/ssl/certs/company.pem\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (!/^(?:npm|yarn|pnpm)$/.test(command.name)) continue;
      const words = operandsOf(command).map(({ text }) => text);
      const rest = /^(?:c|config)$/.test(words[0] ?? "") ? words.slice(1) : words;
      if (rest[0] !== "set") continue;
      const off = rest
        .slice(1)
        .some(
          (word, index, all) =>
            word === "strict-ssl=false" || (word === "strict-ssl" && all[index + 1] === "false"),
        );
      if (off)
        yield {
          range: command.range,
          message: `${command.name} takes packages from anybody who answers once strict-ssl is off`,
        };
    }
  },
};
