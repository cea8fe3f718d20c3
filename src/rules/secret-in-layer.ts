import { commandsOf } from "./shared/commands.ts";
import { isSecretFile } from "./shared/secrets.ts";
import type { Rule } from "./types.ts";

const credentialsInUrl =
  /\b(?:https?|ftp|git):\/\/(?:[^\s/@:$"']*:)?(?:\$\{?\w*(?:TOKEN|PASS|SECRET|KEY|CRED)\w*\}?|[^\s/@:$"'{}]{8,})@/i;
const placeholder = /:\/\/(?:git|user|username)@|:\/\/[^:@/]*(?:example|localhost)/i;

/** A secret that a later step removes, or that a URL carries, stays in an earlier layer. */
export const rule: Rule = {
  meta: {
    name: "secret-in-layer",
    summary: "A secret is removed in a later layer, or passed inside a URL that the layer keeps.",
    why: "Layers only add: what one layer holds can be read from it although a later one deletes the file. `git clone https://token@…` also writes the token into .git/config. Use `RUN --mount=type=secret` (or `--mount=type=ssh` for git), so that nothing is written.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/secrets/",
    bad: {
      dockerfile:
        "FROM debian:13-slim\nARG GIT_TOKEN\nRUN git clone https://$GIT_TOKEN@github.com/acme/app.git /app\n",
    },
    good: {
      dockerfile: "FROM debian:13-slim\nRUN --mount=type=ssh git clone git@github.com:acme/app.git /app\n",
    },
  },
  *check(context) {
    const copied = context
      .instructions("COPY", "ADD")
      .filter(({ instruction }) => instruction.from === undefined);
    for (const command of commandsOf(context)) {
      const file = command.shell.redirects.find(
        ({ target }) => target !== undefined && isSecretFile(target.text),
      );
      const filled = command.args.find(({ expanded }) => expanded);
      if (file?.target && filled && !command.run.mounts.some(({ type }) => type === "secret")) {
        yield {
          range: filled.range,
          message: `${file.target.text} is filled from a build argument or variable: its value stays in the image's history`,
        };
      }
      for (const word of command.args) {
        if (word.text.length < 4096 && credentialsInUrl.test(word.text) && !placeholder.test(word.text)) {
          yield {
            range: word.range,
            message:
              command.name === "git"
                ? "git keeps the credentials of this URL in .git/config, inside the layer"
                : "credentials inside a URL stay in the image's history",
          };
        }
        if (command.name !== "rm" || word.text.startsWith("-")) continue;
        const name = word.text.replace(/\/+$/, "");
        const base = name.slice(name.lastIndexOf("/") + 1);
        if (base === "" || !isSecretFile(name)) continue;
        const source = copied.find(
          ({ instruction, stage }) =>
            stage === command.stage &&
            instruction.range.start < command.run.range.start &&
            (instruction.sources.some(({ text }) => text.endsWith(base)) ||
              (instruction.destination?.text ?? "").endsWith(base)),
        );
        if (!source) continue;
        yield {
          range: word.range,
          message: `${base} is removed here, but the layer of line ${context.file.lineAt(source.instruction.range.start)} still holds it`,
          related: [source.instruction.range],
        };
      }
    }
  },
};
