import { describe, expect, it } from "vitest";
import { z } from "zod";
import { optionsOf, readOptions } from "../../src/cli/options.ts";
import { verifyInput } from "../../src/tools/schemas/verify.ts";
import { generated } from "../generate/from-files.ts";

const specs = optionsOf(
  z.object({
    failOn: z.enum(["error", "none"]).default("error").describe("Threshold"),
    count: z.int().optional(),
    fix: z.boolean().default(false),
    cache: z.boolean().default(true),
    tags: z.array(z.string()).optional(),
    buildArgs: z.record(z.string(), z.string()).optional(),
  }),
);
const read = (...argv: string[]) => readOptions("try", argv, specs);

describe("options from a schema", () => {
  it("have kebab case, kinds, choices and defaults", () => {
    expect(specs).toMatchObject([
      {
        flag: "fail-on",
        kind: "text",
        values: ["error", "none"],
        default: "error",
        description: "Threshold",
      },
      { flag: "count", kind: "number" },
      { flag: "fix", kind: "flag" },
      { flag: "cache", kind: "flag", default: "true" },
      { flag: "tags", kind: "list" },
      { flag: "build-args", kind: "record" },
    ]);
  });

  it.each([
    [["--fail-on", "none", "x"], { failOn: "none" }, ["x"]],
    [["--fail-on=none"], { failOn: "none" }, []],
    [["--count", "12"], { count: 12 }, []],
    [["--count", "many"], { count: "many" }, []],
    [["--fix", "--no-cache"], { fix: true, cache: false }, []],
    [["--tags", "a", "--tags", "b,c"], { tags: ["a", "b", "c"] }, []],
    [["--build-args", "A=1", "--build-args", "B=x=y"], { buildArgs: { A: "1", B: "x=y" } }, []],
    [["-", "--fix", "--", "--not-an-option"], { fix: true }, ["-", "--not-an-option"]],
  ])("reads %j", (argv, options, positionals) => {
    expect(read(...argv)).toEqual({ options, positionals });
  });

  it.each([
    [["--fial-on", "x"], /no option --fial-on/],
    [["--no-tags"], /no option --no-tags/],
    [["-x"], /no option -x/],
    [["--count"], /--count needs a value/],
    [["--fix=maybe"], /--fix takes no value/],
    [["--build-args", "novalue"], /is not key=value/],
    [["--build-args", "=x"], /is not key=value/],
    [["--fail-on", "a", "--fail-on", "b"], /given twice/],
  ])("refuses %j", (argv, message) => {
    expect(() => read(...argv)).toThrow(message);
  });

  it("does not let a name reach an object's prototype", () => {
    const typed = read("--build-args", "__proto__=polluted");
    expect(JSON.stringify(typed.options)).toContain("polluted");
    expect({}).not.toHaveProperty("polluted");
    expect(() => read("--__proto__", "x")).toThrow(/no option/);
  });
});

it("the command that generate proposes next is one that verify takes", () => {
  const { verify } = generated({
    "requirements.txt": "flask\n",
    "app.py": "app = Flask(__name__)\n",
  }).commands;
  const [npx, dockwright, verb, ...words] = verify.split(" ");
  expect([npx, dockwright, verb]).toEqual(["npx", "dockwright", "verify"]);
  expect(() => readOptions("verify", words, optionsOf(verifyInput))).not.toThrow();
});
