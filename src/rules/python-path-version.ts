import { imageFacts } from "../data/images.ts";
import { rootImage } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** site-packages of one Python in a stage with another. */
export const rule: Rule = {
  meta: {
    name: "python-path-version",
    summary: "Packages are copied to the path of another Python version than the stage runs.",
    why: "An interpreter looks for packages below its own version's folder (/usr/local/lib/python3.13/site-packages); those of another minor version are never found, and compiled ones would not load. Copy a virtual environment made by the same version.",
    severity: "error",
    category: "correctness",
    fixable: "no",
    aliases: {},
    source: "https://docs.python.org/3/library/site.html",
    bad: {
      dockerfile:
        'FROM python:3.12-slim AS deps\nRUN pip install flask==3.1.0\nFROM python:3.13-slim\nCOPY --from=deps /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages\nUSER 10001\nCMD ["python"]\n',
    },
    good: {
      dockerfile:
        'FROM python:3.13-slim AS deps\nRUN pip install flask==3.1.0\nFROM python:3.13-slim\nCOPY --from=deps /usr/local/lib/python3.13/site-packages /usr/local/lib/python3.13/site-packages\nUSER 10001\nCMD ["python"]\n',
    },
  },
  *check({ file, graph }) {
    for (const { instruction, stage } of graph.copies) {
      const word = [instruction.destination, ...instruction.sources].find((one) =>
        /\/python\d\.\d+\//.test(`${one?.text ?? ""}/`),
      );
      const copied = /\/python(\d\.\d+)(?:\/|$)/.exec(word?.text ?? "")?.[1];
      const image = rootImage(file, stage);
      const language = image === undefined ? undefined : imageFacts(image)?.language;
      if (
        copied === undefined ||
        word === undefined ||
        language?.name !== "python" ||
        language.version === undefined
      )
        continue;
      const running = /^\d+\.\d+/.exec(language.version)?.[0];
      if (running === undefined || running === copied) continue;
      yield {
        range: word.range,
        message: `this is a path of Python ${copied}, and the stage runs ${running}`,
      };
    }
  },
};
