import type { ContextView } from "../dockerfile/context.ts";
import { textOf } from "./shared/edits.ts";
import { baseFacts } from "./shared/images.ts";
import { stageChain } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** Folders that images bring along or that programs write to without being told. */
const common =
  /^\/(?:bin|boot|cache|data|dev|etc|go|home|lib\w*|media|mnt|nix|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)(?:\/|$)/;

/** COPY --from of a path nothing in that stage names. */
export const rule: Rule = {
  meta: {
    name: "copy-from-path-missing",
    summary: "COPY --from takes a path that nothing in that stage names.",
    why: "The source lies in a top folder that the stage's base image does not have and that no instruction of the stage mentions, so the copy most likely fails: usually the WORKDIR of the build stage was renamed. Name the folder the build writes to.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/reference/dockerfile/#copy---from",
    bad: {
      dockerfile:
        "FROM node:24-slim AS build\nWORKDIR /src\nCOPY package.json .\nFROM node:24-slim\nCOPY --from=build /app/dist /srv/dist\n",
    },
    good: {
      dockerfile:
        "FROM node:24-slim AS build\nWORKDIR /src\nCOPY package.json .\nFROM node:24-slim\nCOPY --from=build /src/dist /srv/dist\n",
    },
  },
  *check({ file, graph, stateBefore, context }) {
    for (const { instruction, from } of graph.copies) {
      if (from.kind !== "stage" || instruction.onbuild) continue;
      const folder = instruction.sources.find(({ text }) => /\/public\/?$/.test(text));
      if (folder && lacksPublic(context)) {
        yield {
          range: folder.range,
          message: `${folder.text.slice(0, 60)}: this Next.js project has no public folder, and its build makes none: the copy fails`,
        };
      }
      for (const { text, range } of instruction.sources) {
        const top = /^\/+([\w.-]+)/.exec(text)?.[1];
        if (top === undefined || common.test(`/${top}`) || /^[^/]*[$*?[]/.test(text.slice(1))) continue;
        // A stage that is only a name for an image holds what the image holds.
        if (from.stage.instructions.length < 2 || !baseFacts(file, from.stage)) continue;
        const named = stageChain(file, from.stage).some((stage) =>
          stage.instructions.some(
            (each) => each.keyword !== "FROM" && takesFolder(textOf(file, each.range), top),
          ),
        );
        // Without a WORKDIR, relative paths end in the root.
        const atRoot = stageChain(file, from.stage).some((stage) =>
          stage.instructions.some(
            (each) => /^(?:RUN|COPY|ADD)$/.test(each.keyword) && stateBefore(each).workdir === undefined,
          ),
        );
        if (named || atRoot) continue;
        yield {
          range,
          message: `${text}: nothing in stage ${from.stage.name ?? from.stage.index} names /${top}: the copy fails unless a build script makes it`,
          related: from.stage.from ? [from.stage.from.range] : [],
        };
      }
    }
  },
};

/** True when an instruction may make the folder: it names it, changes to the root, or copies or unpacks there. */
function takesFolder(text: string, top: string): boolean {
  return text.includes(top) || /(?:\s|["'=])\/(?:[\s"',]|$)|\$|<<|\bgit\b|\.sh\b|--mount/.test(text);
}

/** Next.js serves public/ and does not make it; other frameworks build into a folder of that name. */
function lacksPublic(context: ContextView | undefined): boolean {
  if (!context || context.has("public")) return false;
  return /"next"\s*:/.test(context.read("package.json") ?? "");
}
