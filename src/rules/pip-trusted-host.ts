import { forbiddenFlags } from "./shared/forbidden-flags.ts";
import type { Rule } from "./types.ts";

const programs = new Set(["pip", "pip2", "pip3", "pip3.11", "pip3.12", "pip3.13", "python", "python3"]);

/** pip trusts a host without a valid certificate. */
export const rule: Rule = {
  meta: {
    name: "pip-trusted-host",
    summary: "pip trusts a host without a valid certificate.",
    why: "--trusted-host switches the certificate check off for that host: anybody on the way can hand out other packages. Give pip the authority's certificate with --cert instead.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_4"] },
    source: "https://pip.pypa.io/en/stable/cli/pip/#cmdoption-trusted-host",
    bad: {
      dockerfile:
        "FROM python:3.13-slim\nRUN pip install --no-cache-dir --trusted-host pypi.org flask==3.1.2\n",
    },
    good: { dockerfile: "FROM python:3.13-slim\nRUN pip install --no-cache-dir flask==3.1.2\n" },
  },
  check: (context) =>
    forbiddenFlags(
      context,
      programs,
      ["--trusted-host"],
      (command, flag) =>
        `${command.name} ${flag} accepts packages from a host whose certificate nobody checks`,
    ),
};
