import { commandsOf, operandsOf } from "./shared/commands.ts";
import { ships } from "./shared/reach.ts";
import { isSecretFile, mayHoldSecrets, secretFileVariables } from "./shared/secrets.ts";
import { finalStage } from "./shared/stages.ts";
import type { Aliases, Rule } from "./types.ts";

const trivy: Aliases = { trivy: ["DS-0031"] };

/** A credentials file is copied into the image, or credentials are set up in a layer. */
export const rule: Rule = {
  meta: {
    name: "secret-file-copied",
    summary: "A file of credentials is copied into the image, or a RUN stores credentials in a layer.",
    why: "A file in a layer can be read by whoever pulls the image, also when a later layer removes it. Mount it for the one step that needs it: `RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci`.",
    severity: "error",
    category: "security",
    fixable: "no",
    aliases: { trivy: ["DS-0031"], dockle: ["CIS-DI-0010"] },
    source: "https://docs.docker.com/build/building/secrets/",
    bad: { dockerfile: "FROM node:24-slim\nCOPY .npmrc ./\nRUN npm ci\n" },
    good: { dockerfile: "FROM node:24-slim\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n" },
  },
  *check(context) {
    const { file, instructions } = context;
    const final = finalStage(file);
    for (const { instruction, stage } of instructions("COPY", "ADD")) {
      for (const source of instruction.sources) {
        const variable =
          secretFileVariables.has(source.text.replace(/^\$\{?|\}$/g, "")) ||
          secretFileVariables.has((instruction.destination?.text ?? "").replace(/^\$\{?|\}$/g, ""));
        if (variable && stage === final) {
          yield {
            range: source.range,
            message: `${instruction.keyword} ${source.text} puts a credentials file into the image`,
            aliases: trivy,
          };
        } else if (
          instruction.from === undefined &&
          isSecretFile(source.text) &&
          mayHoldSecrets(source.text, context.context?.read(source.text.replace(/^\.\//, "")))
        ) {
          const kept = stage !== undefined && (ships(file, stage) || file.fragment);
          yield {
            range: source.range,
            message: kept
              ? `${source.text} holds credentials and stays readable in the image: mount it with RUN --mount=type=secret`
              : `${source.text} holds credentials and stays in the build cache: mount it with RUN --mount=type=secret`,
            severity: kept ? "error" : "warning",
            aliases: { dockle: ["CIS-DI-0010"] },
          };
        }
      }
    }
    for (const { instruction, stage } of instructions("ENV", "ARG")) {
      if (stage !== final || !stage) continue;
      for (const { name, value, nameRange } of instruction.assignments) {
        if (!secretFileVariables.has(name) || value === undefined || value === "") continue;
        const copied = stage.instructions.some(
          (other) => other.keyword === "COPY" && isBelow(value, other.destination?.text ?? ""),
        );
        if (copied)
          yield {
            range: nameRange,
            message: `${name} points at a credentials file that is copied into the image`,
            aliases: trivy,
          };
      }
    }
    for (const command of commandsOf(context)) {
      const { run, stage } = command;
      if (
        stage !== final ||
        run.mounts.some(({ type }) => type === "secret") ||
        !storesCredentials(
          command.name,
          operandsOf(command).map(({ text }) => text),
          command.args.map(({ text }) => text),
        )
      )
        continue;
      yield {
        range: command.range,
        message: `${command.name} stores credentials in this layer: give them to the step with RUN --mount=type=secret`,
        aliases: trivy,
      };
    }
  },
};

function isBelow(path: string, folder: string): boolean {
  const clean = (text: string): string => `/${text.replace(/^\.?\/+|\/+$/g, "")}/`.replace(/\/{2,}/g, "/");
  return folder !== "" && clean(path).startsWith(clean(folder));
}

/** Commands that log a tool in for good. */
function storesCredentials(name: string, operands: readonly string[], args: readonly string[]): boolean {
  const line = operands.join(" ");
  if (name === "aws") return /^configure set aws_(?:access_key_id|secret_access_key)/.test(line);
  if (name === "gcloud") return line.startsWith("auth activate-service-account");
  if (name === "az")
    return line.startsWith("login") && args.some((arg) => /^(?:-p|--password|--federated-token)/.test(arg));
  if (name === "doctl")
    return line.startsWith("auth init") && args.some((arg) => /^(?:-t|--access-token)/.test(arg));
  return false;
}
