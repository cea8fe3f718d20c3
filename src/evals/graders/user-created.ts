import { z } from "zod";
import { isRoot, userPart } from "../../rules/shared/users.ts";
import { accountsOf } from "../model/accounts.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** An account is made, and it is the one the process runs as. */
export const grader = modelGrader({
  name: "user-created",
  summary: "The final stage creates an account, and its effective USER is that account.",
  settings: z.strictObject({}),
  exampleSettings: {},
  passes: { dockerfile: "FROM python:3.14-slim\nRUN useradd --create-home --uid 10001 app\nUSER 10001\n" },
  fails: { dockerfile: "FROM python:3.14-slim\nRUN useradd --create-home app\nUSER app\nUSER root\n" },
  grade({ model }) {
    const accounts = accountsOf(model);
    const { user } = model.context.stateAt(model.final);
    if (user === undefined)
      return failed(
        accounts[0]
          ? evidenceAt(
              model,
              accounts[0].range,
              `${accounts[0].name} is created, but no USER makes the process run as it`,
            )
          : "no account is created and no USER is set: the process runs as root",
      );
    const place = user.instruction.range;
    if (isRoot(user.value)) return failed(evidenceAt(model, place, `the last USER is ${user.value}`));
    const name = userPart(user.value);
    const account = accounts.find(
      (each) => each.name === name || (each.uid !== undefined && each.uid === name),
    );
    if (account === undefined) return failed(evidenceAt(model, place, `USER ${user.value} is never created`));
    return passed(
      evidenceAt(
        model,
        place,
        `USER ${user.value}, created in line ${model.file.lineAt(account.range.start)}`,
      ),
    );
  },
});
