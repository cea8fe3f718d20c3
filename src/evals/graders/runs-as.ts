import { z } from "zod";
import { imageFacts } from "../../data/images.ts";
import { rootImage } from "../../rules/shared/stages.ts";
import { isRoot, userPart } from "../../rules/shared/users.ts";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The process runs as an account that the base image brings. */
export const grader = modelGrader({
  name: "runs-as",
  summary: "The effective user is the named account, by name, by number, or because the base image says so.",
  settings: z.strictObject({ name: z.string(), uid: z.int() }),
  exampleSettings: { name: "nonroot", uid: 65532 },
  passes: { dockerfile: "FROM gcr.io/distroless/static-debian13:nonroot\nCOPY app /app\n" },
  fails: { dockerfile: "FROM gcr.io/distroless/static-debian13:nonroot\nCOPY app /app\nUSER 0\n" },
  grade({ model }, { name, uid }) {
    const { user } = model.context.stateAt(model.final);
    if (user === undefined) {
      const image = rootImage(model.file, model.final);
      const standard = image && imageFacts(image)?.defaultUser;
      const place = model.final.from?.range ?? model.final.range;
      return standard?.uid === uid
        ? passed(evidenceAt(model, place, `the base image runs as ${standard.name} (${standard.uid})`))
        : failed(
            evidenceAt(model, place, `no USER is set and the base image runs as ${standard?.name ?? "root"}`),
          );
    }
    const found = userPart(user.value);
    const right = found === name || found === String(uid);
    const what = isRoot(user.value) ? "root" : right ? `${name} (${uid})` : `not ${name} (${uid})`;
    return (right ? passed : failed)(
      evidenceAt(model, user.instruction.range, `USER ${user.value} is ${what}`),
    );
  },
});
