import { forbiddenFlags } from "./shared/forbidden-flags.ts";
import type { Rule } from "./types.ts";

const programs = new Set(["apk"]);

/** apk installs packages without checking their signatures. */
export const rule: Rule = {
  meta: {
    name: "apk-allow-untrusted",
    summary: "apk installs packages without checking their signatures.",
    why: "With --allow-untrusted apk takes packages without a signature it knows; whoever controls the mirror or the network decides what is installed. Put the key into /etc/apk/keys instead.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_7"] },
    source: "https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper",
    bad: { dockerfile: "FROM alpine:3.24\nRUN apk add --no-cache --allow-untrusted ./app.apk\n" },
    good: {
      dockerfile: "FROM alpine:3.24\nCOPY key.rsa.pub /etc/apk/keys/\nRUN apk add --no-cache ./app.apk\n",
    },
  },
  check: (context) =>
    forbiddenFlags(
      context,
      programs,
      ["--allow-untrusted"],
      (command, flag) => `${command.name} ${flag} installs packages whose signature nobody checked`,
    ),
};
