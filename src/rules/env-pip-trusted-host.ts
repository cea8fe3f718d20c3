import { wrongSettings } from "./shared/environment.ts";
import type { Rule } from "./types.ts";

/** PIP_TRUSTED_HOST makes pip trust hosts without a valid certificate. */
export const rule: Rule = {
  meta: {
    name: "env-pip-trusted-host",
    summary: "PIP_TRUSTED_HOST makes pip trust hosts without a valid certificate.",
    why: "pip then takes packages from anybody who answers in that host's name. Give pip the authority with PIP_CERT.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_16"] },
    source: "https://pip.pypa.io/en/stable/topics/configuration/#environment-variables",
    bad: { dockerfile: "FROM python:3.13-slim\nENV PIP_TRUSTED_HOST=pypi.org\n" },
    good: { dockerfile: "FROM python:3.13-slim\nENV PIP_CERT=/etc/ssl/certs/company.pem\n" },
  },
  check: (context) =>
    wrongSettings(
      context,
      ["PIP_TRUSTED_HOST"],
      () => true,
      ({ keyword, name }) => `${keyword} sets ${name}: pip does not check that host's certificate`,
    ),
};
