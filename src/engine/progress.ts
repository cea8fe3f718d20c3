/*
 * What builders print while they build, as steps. Three dialects: BuildKit's `rawjson` (one JSON object a line:
 * vertexes, statuses, logs), BuildKit's `plain` (`#5 [2/4] RUN …`, `#5 1.04 text`, `#5 DONE 1.1s`), and buildah's
 * (`STEP 2/4: RUN …`, `--> Using cache …`).
 */

export type StepState = "running" | "cached" | "done" | "failed" | "cancelled";

/** One step as the builder numbers it. Text is raw. */
export interface BuildStep {
  /** `builder 3/7`; empty for the builder's own steps (loading the context, exporting). */
  readonly position: string;
  readonly name: string;
  state: StepState;
  /** Milliseconds, 0 until it is known. */
  ms: number;
  error?: string;
}

/** One line a step printed. */
export interface StepLine {
  readonly step: BuildStep | undefined;
  readonly text: string;
}

/** Reads a builder's output line by line. */
export interface ProgressReader {
  /** Returns the step when it began or ended with this line. */
  line(text: string): BuildStep | undefined;
  /** In the order in which they were first named. */
  readonly steps: readonly BuildStep[];
  /** The last lines printed by steps, and what the builder said outside of steps. */
  readonly log: readonly StepLine[];
}

const maxLogLines = 2000;

/** Hears every printed line as it comes. */
export type Printed = (text: string) => void;

/** A log that forgets its oldest lines. */
function makeLog(printed: Printed): {
  readonly lines: StepLine[];
  add(step: BuildStep | undefined, text: string): void;
} {
  const lines: StepLine[] = [];
  return {
    lines,
    add(step, text) {
      printed(text);
      lines.push({ step, text });
      if (lines.length > maxLogLines) lines.splice(0, maxLogLines / 4);
    },
  };
}

function makeStep(title: string): BuildStep {
  const [, position = "", name = title] = /^\[([^\]]+)\]\s*(.*)$/s.exec(title) ?? [];
  const own = position === "internal" || position === "auth";
  return {
    position: own ? "" : position,
    name: own ? title : name,
    state: "running",
    ms: 0,
  };
}

/** Where a position stands in its stage: `builder 3/7` is 3 of 7. Undefined for the builder's own steps. */
export function countOf(step: BuildStep): { readonly at: number; readonly of: number } | undefined {
  const [, at, of] = /(\d+)\/(\d+)$/.exec(step.position) ?? [];
  return at === undefined || of === undefined ? undefined : { at: Number(at), of: Number(of) };
}

/** Reads BuildKit's plain output. */
export function readPlain(printed: Printed = () => undefined): ProgressReader {
  const byNumber = new Map<string, BuildStep>();
  const steps: BuildStep[] = [];
  const log = makeLog(printed);
  return {
    steps,
    log: log.lines,
    line(text) {
      const [, number, rest = ""] = /^#(\d+) (.*)$/.exec(text) ?? [];
      if (number === undefined) {
        if (text.trim() !== "") log.add(undefined, text);
        return undefined;
      }
      const step = byNumber.get(number);
      if (step === undefined) {
        const made = makeStep(rest);
        byNumber.set(number, made);
        steps.push(made);
        return made;
      }
      return plainEvent(step, rest, log.add);
    },
  };
}

function plainEvent(
  step: BuildStep,
  rest: string,
  add: (step: BuildStep, text: string) => void,
): BuildStep | undefined {
  const end = (state: StepState, seconds?: string): BuildStep => {
    step.state = state;
    if (seconds !== undefined) step.ms = Math.round(Number(seconds) * 1000);
    return step;
  };
  const done = /^DONE (\d+(?:\.\d+)?)s$/.exec(rest);
  // A cached step is followed by DONE when it took time to load.
  if (done) return end(step.state === "cached" ? "cached" : "done", done[1]);
  if (rest === "CACHED") return end("cached");
  if (rest === "CANCELED") return end("cancelled");
  if (rest.startsWith("ERROR: ")) {
    step.error = rest.slice(7);
    return end("failed");
  }
  const printed = /^\d+\.\d+ (.*)$/.exec(rest);
  if (printed) add(step, printed[1] ?? "");
  return undefined;
}

/** Reads BuildKit's rawjson output; lines that are no JSON are what the client said. */
export function readRawJson(printed: Printed = () => undefined): ProgressReader {
  const byDigest = new Map<string, BuildStep>();
  const steps: BuildStep[] = [];
  const log = makeLog(printed);
  const partial = new Map<string, string>();
  return {
    steps,
    log: log.lines,
    line(text) {
      const event = text.startsWith("{") ? parse(text) : undefined;
      if (event === undefined) {
        if (text.trim() !== "") log.add(undefined, text);
        return undefined;
      }
      let changed: BuildStep | undefined;
      for (const vertex of list(event, "vertexes")) {
        const digest = string(vertex, "digest");
        const known = byDigest.get(digest);
        const step = known ?? makeStep(string(vertex, "name"));
        if (known === undefined) {
          byDigest.set(digest, step);
          steps.push(step);
        }
        if (updateVertex(step, vertex) || known === undefined) changed = step;
      }
      for (const printed of list(event, "logs")) {
        const digest = string(printed, "vertex");
        const data =
          (partial.get(digest) ?? "") + Buffer.from(string(printed, "data"), "base64").toString("utf8");
        const lines = data.split(/\r\n|\n|\r/);
        partial.set(digest, lines.pop() ?? "");
        for (const line of lines) log.add(byDigest.get(digest), line);
      }
      // What a step printed last may have no line end: it counts once the step is over.
      for (const [digest, rest] of partial) {
        const step = byDigest.get(digest);
        if (rest === "" || step === undefined || step.state === "running") continue;
        log.add(step, rest);
        partial.delete(digest);
      }
      return changed;
    },
  };
}

function updateVertex(step: BuildStep, vertex: object): boolean {
  const before = step.state;
  const completed = string(vertex, "completed");
  const error = string(vertex, "error");
  if (error !== "") {
    step.error = error;
    step.state = /context canceled/.test(error) ? "cancelled" : "failed";
  } else if ("cached" in vertex && vertex.cached === true) step.state = "cached";
  else if (completed !== "" && step.state !== "cached") step.state = "done";
  // A vertex may run in several pieces; the times are those of the last one.
  const ms = Date.parse(completed) - Date.parse(string(vertex, "started"));
  if (Number.isFinite(ms)) step.ms = Math.max(step.ms, ms);
  return step.state !== before;
}

/** Reads buildah's output, which says of a step what came of it only when the next one begins. */
export function readBuildah(printed: Printed = () => undefined): ProgressReader {
  const steps: BuildStep[] = [];
  const log = makeLog(printed);
  let current: BuildStep | undefined;
  return {
    steps,
    log: log.lines,
    line(text) {
      const [, stage, position, name = ""] = /^(?:\[(\d+)\/\d+\] )?STEP (\d+\/\d+): (.*)$/.exec(text) ?? [];
      if (position !== undefined) {
        if (current?.state === "running") current.state = "done";
        current = {
          position: stage === undefined ? position : `stage-${Number(stage) - 1} ${position}`,
          name,
          state: "running",
          ms: 0,
        };
        steps.push(current);
        return current;
      }
      if (/^--> Using cache /.test(text) && current) {
        current.state = "cached";
        return current;
      }
      if (/^(?:--> [0-9a-f]+|COMMIT\b)/.test(text)) {
        if (current?.state === "running") current.state = "done";
        return undefined;
      }
      if (/^Error: /.test(text) && current) {
        current.state = "failed";
        current.error = text.slice(7);
      }
      if (text.trim() !== "") log.add(current, text);
      return undefined;
    },
  };
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function list(value: object, name: string): object[] {
  const found: unknown = Reflect.get(value, name);
  return Array.isArray(found)
    ? found.filter((item): item is object => typeof item === "object" && item !== null)
    : [];
}

function string(value: object, name: string): string {
  const found: unknown = Reflect.get(value, name);
  return typeof found === "string" ? found : "";
}
