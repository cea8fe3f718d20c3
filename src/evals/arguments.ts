import { parseArgs } from "node:util";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";
import { type FormatName, isFormat } from "./reports/index.ts";
import { type Arm, arms } from "./types.ts";

/** What `dockwright eval` was asked for. */
export interface EvalArguments {
  readonly verb: "run" | "list" | "grade" | "rescore" | "export" | "help";
  readonly operands: readonly string[];
  readonly subjects: readonly string[];
  readonly scenarios: readonly string[];
  readonly arms?: readonly Arm[];
  readonly trials?: number;
  readonly seed: number;
  readonly jobs: number;
  readonly build: boolean;
  readonly json: boolean;
  readonly out?: string;
  readonly reports: readonly { readonly format: FormatName; readonly file: string }[];
  readonly turns: number;
  readonly tokens: number;
  readonly timeoutSeconds: number;
  readonly budgetUSD?: number;
  /** Settings of a subject: the tool of an MCP server and its arguments, the endpoint of a model. */
  readonly tool?: string;
  readonly toolArguments?: string;
  readonly baseUrl?: string;
}

const verbs = ["list", "grade", "rescore", "export"] as const;

/** `dockwright eval --help`. */
export const evalHelp = `Judges answers to documented tasks: each criterion passed, failed or not tested, with evidence.

Usage: dockwright eval [options]                        run scenarios (the three documented ones with our generator)
       dockwright eval list                             scenarios, criteria, graders
       dockwright eval grade <scenario> <file|dir|->    judge one answer
       dockwright eval rescore <dir>                    judge kept answers again, nothing is run
       dockwright eval export <dir>                     each skill's evals.json and trigger.json

Options:
  --scenario <id>        an id, documented, capability, all, or an Agent Skills evals.json; repeatable
  --subject <subject>    generator (default); answers:<path>; mcp:<command line>; agent:<command line>;
                         claude-code[:<model>]; anthropic:<model>; openai:<model>; replay:<dir>; repeatable
  --arm <arm>            baseline, skill, mcp, both; repeatable; default all the subject has
  --trials <n>           answers of each kind; default 1, 5 for models
  --seed <n>             default 1
  --jobs <n>             trials at a time; default 1
  --no-build             judge without a container engine; what needs one is not tested
  --out <dir>            keep answers and proofs; a later run takes up what is there
  --report <format> <file>  html, junit, md or json; repeatable
  --json                 the results as JSON on standard output
  --max-turns <n> --max-tokens <n> --timeout <seconds> --budget-usd <n>   limits of an agent
  --base-url <url>       endpoint of anthropic and openai; their keys come from ANTHROPIC_API_KEY, OPENAI_API_KEY
  --tool <name> --tool-args <json>   what an MCP server is asked, {directory} and {task} put in

Exit codes: 0 all required criteria pass, 1 one fails or was not tested, 2 wrong arguments, 3 something needed is missing
`;

/** Reads the words after \`eval\`. Throws InputError. */
export function readArguments(argv: readonly string[]): EvalArguments {
  const { words, reports } = takeReports(argv);
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(words);
  } catch (error) {
    throw new InputError(
      clean(error instanceof Error ? error.message : String(error)),
      "dockwright eval --help lists the options",
    );
  }
  const { values, positionals } = parsed;
  const [first, ...rest] = positionals;
  const verb = verbs.find((each) => each === first);
  if (first !== undefined && verb === undefined)
    throw new InputError(
      `eval has no command ${clean(first, 60)}`,
      `use ${verbs.join(", ")}, or nothing to run scenarios`,
    );
  const wanted = values.arm?.flatMap((text) => text.split(",")).map(armOf);
  return {
    verb: values.help === true ? "help" : (verb ?? "run"),
    operands: rest,
    subjects: values.subject ?? [],
    scenarios: values.scenario?.flatMap((text) => text.split(",")) ?? [],
    ...(wanted === undefined ? {} : { arms: wanted }),
    ...(values.trials === undefined ? {} : { trials: whole("trials", values.trials, 1, 1000) }),
    seed: whole("seed", values.seed ?? "1", 0, 2 ** 32 - 1),
    jobs: whole("jobs", values.jobs ?? "1", 1, 64),
    build: values["no-build"] !== true,
    json: values.json === true,
    ...(values.out === undefined ? {} : { out: values.out }),
    reports,
    turns: whole("max-turns", values["max-turns"] ?? "30", 1, 1000),
    tokens: whole("max-tokens", values["max-tokens"] ?? "16000", 1, 10_000_000),
    timeoutSeconds: whole("timeout", values.timeout ?? "600", 1, 86_400),
    ...(values["budget-usd"] === undefined ? {} : { budgetUSD: amount(values["budget-usd"]) }),
    ...(values.tool === undefined ? {} : { tool: values.tool }),
    ...(values["tool-args"] === undefined ? {} : { toolArguments: values["tool-args"] }),
    ...(values["base-url"] === undefined ? {} : { baseUrl: values["base-url"] }),
  };
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  const list = { type: "string", multiple: true } as const;
  const flag = { type: "boolean" } as const;
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      subject: list,
      scenario: list,
      arm: list,
      trials: text,
      seed: text,
      jobs: text,
      out: text,
      tool: text,
      "tool-args": text,
      "base-url": text,
      "max-turns": text,
      "max-tokens": text,
      timeout: text,
      "budget-usd": text,
      "no-build": flag,
      json: flag,
      help: { ...flag, short: "h" },
    },
  });
}

/** `--report` takes two words, which parseArgs cannot say. */
function takeReports(argv: readonly string[]): { words: string[]; reports: EvalArguments["reports"] } {
  const words: string[] = [];
  const reports: { format: FormatName; file: string }[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word !== "--report") {
      words.push(word);
      continue;
    }
    const format = argv[++index] ?? "";
    const file = argv[++index];
    if (!isFormat(format))
      throw new InputError(
        `--report ${clean(format, 40)} is no format`,
        "use html, junit, md or json, then the file",
      );
    if (file === undefined || file.startsWith("--"))
      throw new InputError(`--report ${format} needs a file`, `write --report ${format} <file>`);
    reports.push({ format, file });
  }
  return { words, reports };
}

function armOf(text: string): Arm {
  const arm = arms.find((each) => each === text);
  if (arm) return arm;
  throw new InputError(`${clean(text, 40)} is no arm`, `use ${arms.join(", ")}`);
}

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  throw new InputError(
    `--${name} ${clean(text, 40)} is not a whole number from ${low} to ${high}`,
    `give --${name} a number`,
  );
}

function amount(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value > 0) return value;
  throw new InputError(`--budget-usd ${clean(text, 40)} is not an amount`, "give dollars such as 0.50");
}
