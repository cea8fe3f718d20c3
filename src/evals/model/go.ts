import { type Command, operandsOf } from "../../rules/shared/commands.ts";
import { commandsWhere } from "./commands.ts";
import type { AnswerModel } from "./read.ts";

/** The `go build` and `go install` commands; tools installed by version are left out. */
export function goBuilds(model: AnswerModel): readonly Command[] {
  return commandsWhere(model, (command) => {
    if (command.name !== "go") return false;
    const words = operandsOf(command).map(({ text }) => text);
    return (
      words[0] === "build" || (words[0] === "install" && !words.some((word) => /@(?:latest|v\d)/.test(word)))
    );
  });
}
