import { forbiddenFlags } from "./shared/forbidden-flags.ts";
import type { Rule } from "./types.ts";

const programs = new Set(["rpm"]);

/** rpm installs packages without checking digest or signature. */
export const rule: Rule = {
  meta: {
    name: "rpm-no-signature",
    summary: "rpm installs packages without checking digest or signature.",
    why: "--nodigest, --nosignature, --noverify and --nofiledigest let a damaged or forged package in. Import the vendor's key with `rpm --import` and leave the checks on.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_10"] },
    source: "https://rpm.org/docs/4.20.x/man/rpm.8.html",
    bad: { dockerfile: "FROM almalinux:10\nRUN rpm -i --nosignature app.rpm\n" },
    good: { dockerfile: "FROM almalinux:10\nRUN rpm --import key.asc && rpm -i app.rpm\n" },
  },
  check: (context) =>
    forbiddenFlags(
      context,
      programs,
      ["--nodigest", "--nosignature", "--noverify", "--nofiledigest"],
      (_, flag) => `rpm ${flag} lets a damaged or forged package in`,
    ),
};
