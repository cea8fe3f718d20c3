import { parseArgs } from "node:util";
import { z } from "zod";
import { didYouMean } from "../dockerfile/suggest.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";

/** One option of a verb. */
export interface OptionSpec {
  /** As the tool calls it: `failOn`. */
  readonly name: string;
  /** As it is typed, without dashes: `fail-on`. */
  readonly flag: string;
  readonly kind: "flag" | "text" | "number" | "list" | "record";
  readonly description: string;
  readonly values?: readonly string[];
  readonly default?: string;
}

/** What was typed after a verb. */
export interface Typed {
  readonly options: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/** `failOn` as it is typed: `fail-on`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The options of a verb, made from its tool's arguments: one for each, in their order. */
export function optionsOf(input: z.ZodObject): OptionSpec[] {
  const { properties = {} } = z.toJSONSchema(input, { io: "input" });
  return Object.entries(properties).map(([name, schema]) => {
    const property = typeof schema === "object" ? schema : {};
    const items = typeof property.items === "object" && !Array.isArray(property.items) ? property.items : {};
    const values = (property.enum ?? items.enum)?.map(String);
    return {
      name,
      flag: kebab(name),
      kind: kindOf(property.type),
      description: property.description ?? "",
      ...(values === undefined ? {} : { values }),
      ...(property.default === undefined || property.default === false
        ? {}
        : { default: String(property.default) }),
    };
  });
}

function kindOf(type: unknown): OptionSpec["kind"] {
  switch (type) {
    case "boolean":
      return "flag";
    case "number":
    case "integer":
      return "number";
    case "array":
      return "list";
    case "object":
      return "record";
    default:
      return "text";
  }
}

/**
 * Reads what was typed after a verb. Flags may be negated (`--no-tests`), lists repeat their option or use
 * commas, records are `key=value`. Throws InputError for an option nobody knows or one without its value.
 */
export function readOptions(verb: string, argv: readonly string[], specs: readonly OptionSpec[]): Typed {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      specs.map(({ flag, kind }) => [
        flag,
        { type: kind === "flag" ? ("boolean" as const) : ("string" as const) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const byFlag = new Map(specs.map((spec) => [spec.flag, spec]));
  const options: Record<string, unknown> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const spec = byFlag.get(token.name);
    const negated = token.name.startsWith("no-") ? byFlag.get(token.name.slice(3)) : undefined;
    if (spec === undefined && negated?.kind === "flag") options[negated.name] = false;
    else if (spec === undefined) throw unknownOption(verb, token.rawName, specs);
    else set(options, spec, token.value);
  }
  return { options, positionals };
}

function set(options: Record<string, unknown>, spec: OptionSpec, value: string | undefined): void {
  const shown = `--${spec.flag}`;
  if (spec.kind === "flag") {
    if (value !== undefined && value !== "true" && value !== "false")
      throw new InputError(`${shown} takes no value`, `write ${shown} or --no-${spec.flag}`);
    options[spec.name] = value !== "false";
    return;
  }
  if (value === undefined) throw new InputError(`${shown} needs a value`, `write ${shown} <value>`);
  const before = options[spec.name];
  switch (spec.kind) {
    case "number":
      // Anything but a number goes on as it is: the tool names what it expected.
      options[spec.name] = /^[-+]?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
      return;
    case "list":
      options[spec.name] = [
        ...(Array.isArray(before) ? before : []),
        ...value.split(",").filter((part) => part !== ""),
      ];
      return;
    case "record": {
      const at = value.indexOf("=");
      if (at < 1)
        throw new InputError(`${shown} ${clean(value, 60)} is not key=value`, `write ${shown} key=value`);
      options[spec.name] = {
        ...(typeof before === "object" ? before : {}),
        [value.slice(0, at)]: value.slice(at + 1),
      };
      return;
    }
    case "text":
      if (before !== undefined) throw new InputError(`${shown} was given twice`, "give it once");
      options[spec.name] = value;
  }
}

function unknownOption(verb: string, raw: string, specs: readonly OptionSpec[]): InputError {
  const flags = specs.map(({ flag }) => `--${flag}`);
  const shown = clean(raw, 60);
  return new InputError(
    `${verb} has no option ${shown}`,
    `${didYouMean(shown, flags)} dockwright ${verb} --help lists the options`.trim(),
  );
}
