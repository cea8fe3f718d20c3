import { commandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/** yum or dnf configured without certificate checks. */
export const rule: Rule = {
  meta: {
    name: "yum-config-sslverify",
    summary: "yum or dnf is told not to check certificates.",
    why: "`sslverify=false` is saved to the configuration: every later install accepts any server. Set sslcacert to the authority's certificate instead.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_15"] },
    source: "https://dnf.readthedocs.io/en/latest/conf_ref.html",
    bad: { dockerfile: "FROM almalinux:10\nRUN dnf config-manager --save --setopt=sslverify=false\n" },
    good: {
      dockerfile:
        "FROM almalinux:10\nRUN dnf config-manager --save --setopt=sslcacert=/etc/pki/company.pem\n",
    },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      const manager =
        /^(?:yum|dnf)-config-manager$/.test(command.name) ||
        (/^(?:yum|dnf)$/.test(command.name) && command.args.some(({ text }) => text === "config-manager"));
      if (!manager) continue;
      const word = command.args.find(
        ({ text }, index, args) =>
          /(?:^|[.=])sslverify=(?:0|false|no|off)$/i.test(text) &&
          (text.startsWith("--setopt=") || args[index - 1]?.text === "--setopt"),
      );
      if (word)
        yield {
          range: word.range,
          message: `${command.name} saves ${word.text.replace("--setopt=", "")}: every later install accepts any server`,
        };
    }
  },
};
