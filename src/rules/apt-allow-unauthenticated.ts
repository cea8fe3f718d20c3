import { forbiddenFlags } from "./shared/forbidden-flags.ts";
import type { Rule } from "./types.ts";

const programs = new Set(["apt-get", "apt", "aptitude"]);

/** apt-get installs packages without checking their signatures. */
export const rule: Rule = {
  meta: {
    name: "apt-allow-unauthenticated",
    summary: "apt-get installs packages without checking their signatures.",
    why: "With --allow-unauthenticated apt takes packages nobody signed; whoever controls the mirror or the network decides what runs as root in the build. Add the repository's key with signed-by instead.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_8"] },
    source: "https://manpages.debian.org/stable/apt/apt-get.8.en.html",
    bad: { dockerfile: "FROM debian:13-slim\nRUN apt-get install -y --allow-unauthenticated curl\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN apt-get install -y curl\n" },
  },
  check: (context) =>
    forbiddenFlags(
      context,
      programs,
      ["--allow-unauthenticated"],
      (command, flag) => `${command.name} ${flag} installs packages whose signature nobody checked`,
    ),
};
