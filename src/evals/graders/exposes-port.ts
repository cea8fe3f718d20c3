import { z } from "zod";
import { evidenceAt } from "../model/read.ts";
import { failed, modelGrader, passed } from "./define.ts";

/** The image declares the port, or none at all. */
export const grader = modelGrader({
  name: "exposes-port",
  summary: "EXPOSE of the final stage names the TCP port; without `port`, no port is exposed.",
  settings: z.strictObject({ port: z.int().min(1).max(65_535).optional() }),
  exampleSettings: { port: 8000 },
  passes: { dockerfile: "FROM python:3.14-slim\nENV PORT=8000\nEXPOSE $PORT/tcp\n" },
  fails: {
    dockerfile: "FROM python:3.14-slim AS build\nEXPOSE 8000\nFROM python:3.14-slim\nEXPOSE 8000/udp\n",
  },
  grade({ model }, { port }) {
    const { ports } = model.context.stateAt(model.final);
    const list = ports.map(({ value }) => value).join(", ");
    if (port === undefined)
      return ports[0] === undefined
        ? passed("no port is exposed")
        : failed(evidenceAt(model, ports[0].instruction.range, `EXPOSE ${list}, but nothing listens`));
    const found = ports.find(({ value }) => covers(value, port));
    if (found) return passed(evidenceAt(model, found.instruction.range, `EXPOSE ${found.value}`));
    return failed(
      list === "" ? "the final stage exposes no port" : `the final stage exposes ${list}, not ${port}`,
    );
  },
});

function covers(value: string, port: number): boolean {
  const match = /^(\d+)(?:-(\d+))?(?:\/tcp)?$/i.exec(value);
  if (!match) return false;
  const from = Number(match[1]);
  return from <= port && port <= Number(match[2] ?? from);
}
