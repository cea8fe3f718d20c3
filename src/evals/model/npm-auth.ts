import type { Evidence } from "../types.ts";
import { usedCommands } from "./commands.ts";
import { isCopy } from "./files.ts";
import type { AnswerModel } from "./read.ts";

/** A place that gives npm the token of a registry. */
export interface NpmToken {
  /** `//npm.example.com/:_authToken`. */
  readonly key: string;
  /** As written: a reference to a variable, or the token itself. */
  readonly value: string;
  readonly literal: boolean;
  /** For sentences: ".npmrc line 2". */
  readonly where: string;
  /** The file of the build context that holds it. */
  readonly file?: string;
  /** True when a RUN or a heredoc of the Dockerfile writes it. */
  readonly command?: true;
  readonly at: NonNullable<Evidence["at"]>;
}

/** Tokens set in .npmrc files of the build context, in RUNs, and in files the Dockerfile writes. */
export function npmTokens(model: AnswerModel): readonly NpmToken[] {
  return [...inFiles(model), ...inCommands(model), ...inHeredocs(model)];
}

function inFiles(model: AnswerModel): NpmToken[] {
  return model.build.files
    .filter((file) => /(?:^|\/)\.npmrc$/.test(file))
    .flatMap((file) =>
      readNpmrc(model.build.read(file) ?? "").map(({ key, value, line }) => ({
        key,
        value,
        literal: isLiteral(value),
        where: `${file} line ${line}`,
        file,
        at: { file, line },
      })),
    );
}

function inCommands(model: AnswerModel): NpmToken[] {
  const found: NpmToken[] = [];
  for (const command of usedCommands(model)) {
    const words = command.args.map(({ text }) => text);
    const pair =
      /^npm$|^pnpm$|^yarn$/.test(command.name) && words[0] === "config" && words[1] === "set"
        ? words.slice(2)
        : words;
    const text =
      pair.length === 2 && pair[0]?.includes(":_authToken") && !pair[0].includes("=")
        ? pair.join("=")
        : pair.join("\n");
    for (const { key, value } of readNpmrc(text.replace(/\\n/g, "\n"))) {
      const line = model.file.lineAt(command.range.start);
      found.push({
        key,
        value,
        literal: isLiteral(value),
        where: `line ${line}`,
        command: true,
        at: { file: model.name, line },
      });
    }
  }
  return found;
}

function inHeredocs(model: AnswerModel): NpmToken[] {
  return model.file.stages.flatMap((stage) =>
    stage.instructions.flatMap((instruction) =>
      instruction.keyword === "RUN" || isCopy(instruction)
        ? instruction.heredocs.flatMap((heredoc) =>
            readNpmrc(heredoc.body).map(({ key, value, line }) => {
              const at = model.file.lineAt(heredoc.bodyRange.start) + line - 1;
              return {
                key,
                value,
                literal: isLiteral(value),
                where: `line ${at}`,
                command: true as const,
                at: { file: model.name, line: at },
              };
            }),
          )
        : [],
    ),
  );
}

/** The lines of an .npmrc that set a token. */
function readNpmrc(text: string): { key: string; value: string; line: number }[] {
  return text.split(/\r?\n/).flatMap((raw, index) => {
    const match = /^\s*(\/\/[^\s=]+:_authToken|_authToken)\s*=\s*(.*?)\s*$/.exec(raw);
    if (!match) return [];
    return [
      { key: match[1] ?? "", value: (match[2] ?? "").replace(/^(["'])(.*)\1$/, "$2"), line: index + 1 },
    ];
  });
}

function isLiteral(value: string): boolean {
  return value !== "" && !/\$\{?\w|\$\(|`/.test(value);
}
