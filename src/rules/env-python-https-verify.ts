import { wrongSettings } from "./shared/environment.ts";
import type { Rule } from "./types.ts";

/** PYTHONHTTPSVERIFY=0 switches Python's certificate checks off. */
export const rule: Rule = {
  meta: {
    name: "env-python-https-verify",
    summary: "PYTHONHTTPSVERIFY=0 switches Python's certificate checks off.",
    why: "Old Pythons then accept any certificate on every HTTPS connection. Add the missing authority with SSL_CERT_FILE instead.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_5"] },
    source: "https://peps.python.org/pep-0493/",
    bad: { dockerfile: "FROM python:3.13-slim\nENV PYTHONHTTPSVERIFY=0\n" },
    good: { dockerfile: "FROM python:3.13-slim\nENV SSL_CERT_FILE=/etc/ssl/certs/company.pem\n" },
  },
  check: (context) =>
    wrongSettings(
      context,
      ["PYTHONHTTPSVERIFY"],
      (value) => value === "0",
      ({ keyword, name }) => `${keyword} sets ${name}=0: Python accepts any certificate`,
    ),
};
