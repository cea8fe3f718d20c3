import { wrongSettings } from "./shared/environment.ts";
import type { Rule } from "./types.ts";

/** GIT_SSL_NO_VERIFY switches git's certificate checks off. */
export const rule: Rule = {
  meta: {
    name: "env-git-ssl-no-verify",
    summary: "GIT_SSL_NO_VERIFY switches git's certificate checks off.",
    why: "git looks only whether the variable is set, so even `0` switches the check off. Sources may then come from anybody who answers. Give git the authority with GIT_SSL_CAINFO.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_14"] },
    source: "https://git-scm.com/docs/git-config#Documentation/git-config.txt-httpsslVerify",
    bad: { dockerfile: "FROM debian:13-slim\nENV GIT_SSL_NO_VERIFY=1\n" },
    good: { dockerfile: "FROM debian:13-slim\nENV GIT_SSL_CAINFO=/etc/ssl/certs/company.pem\n" },
  },
  check: (context) =>
    wrongSettings(
      context,
      ["GIT_SSL_NO_VERIFY"],
      () => true,
      ({ keyword, name }) =>
        `${keyword} sets ${name}: git takes sources from anybody who answers, whatever the value`,
    ),
};
