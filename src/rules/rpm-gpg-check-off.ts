import { forbiddenFlags } from "./shared/forbidden-flags.ts";
import type { Rule } from "./types.ts";

const programs = new Set(["yum", "dnf", "dnf5", "tdnf", "microdnf"]);

/** yum or dnf installs packages without checking their signatures. */
export const rule: Rule = {
  meta: {
    name: "rpm-gpg-check-off",
    summary: "yum or dnf installs packages without checking their signatures.",
    why: "--nogpgcheck takes packages nobody signed; whoever controls the mirror or the network decides what runs as root in the build. Import the repository's key with `rpm --import` instead.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_9"] },
    source: "https://dnf.readthedocs.io/en/latest/command_ref.html",
    bad: { dockerfile: "FROM almalinux:10\nRUN dnf install -y --nogpgcheck curl && dnf clean all\n" },
    good: { dockerfile: "FROM almalinux:10\nRUN dnf install -y curl && dnf clean all\n" },
  },
  check: (context) =>
    forbiddenFlags(
      context,
      programs,
      ["--nogpgcheck", "--no-gpgchecks"],
      (command, flag) => `${command.name} ${flag} installs packages whose signature nobody checked`,
    ),
};
