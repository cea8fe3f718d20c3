import { commandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/** A password is set in a layer. */
export const rule: Rule = {
  meta: {
    name: "chpasswd",
    summary: "A password is set with chpasswd.",
    why: "The password stands in the Dockerfile and in the image's history, and its hash in /etc/shadow of everybody who pulls the image. A container needs no passwords: run as the user, or use keys that come in at run time.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { checkov: ["CKV2_DOCKER_17"] },
    source: "https://docs.docker.com/build/building/secrets/",
    bad: { dockerfile: "FROM debian:13-slim\nRUN echo 'root:secret' | chpasswd\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN useradd --uid 10001 app\nUSER 10001\n" },
  },
  *check(context) {
    for (const { name, range } of commandsOf(context)) {
      if (name === "chpasswd")
        yield { range, message: "chpasswd puts a password into the image for everybody who can pull it" };
    }
  },
};
