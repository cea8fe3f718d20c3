import { readdirSync } from "node:fs";
import path from "node:path";
import Handlebars from "handlebars";
import { packageRoot, readPackageFile } from "../data/package-files.ts";
import type { MountPlan, Plan, StagePlan } from "../plan/types.ts";
import { InputError } from "../security/errors.ts";
import { clean } from "../security/untrusted.ts";

/**
 * Prints a plan through its language's template. The template names the stages in order and says what each is
 * for; every step prints through `templates/steps/<kind>.hbs`. A stage the template does not print is an error:
 * plan and text must say the same.
 */
export function renderDockerfile(plan: Plan): string {
  const shown = printable(plan);
  const handlebars = environment();
  const printed = new Set<string>();
  handlebars.registerHelper(
    "section",
    function (this: unknown, name: string, options: Handlebars.HelperOptions) {
      const stage = shown.stages.find((candidate) => candidate.name === name);
      if (stage === undefined) return "";
      printed.add(name);
      return options.fn(stage);
    },
  );
  const template = handlebars.compile(readPackageFile(`templates/${plan.template}.hbs`), {
    noEscape: true,
    strict: false,
    preventIndent: true,
  });
  const text = template(shown);
  const missing = plan.stages
    .filter((stage: StagePlan) => !printed.has(stage.name))
    .map((stage) => stage.name);
  if (missing.length > 0) {
    throw new Error(`template ${plan.template} does not print the stage ${missing.join(", ")}`);
  }
  return tidy(text);
}

/** Comments hold words of the project: cleaned to one line, so that none of them becomes an instruction. */
function printable(plan: Plan): Plan {
  return {
    ...plan,
    headline: clean(plan.headline, 150),
    stages: plan.stages.map((stage) => ({
      ...stage,
      ...(stage.notes ? { notes: stage.notes.map((note) => clean(note, 200)) } : {}),
      steps: stage.steps.map((step) => ({ ...step, why: clean(step.why, 250) })),
    })),
  };
}

let shared: typeof Handlebars | undefined;

function environment(): typeof Handlebars {
  shared ??= makeEnvironment();
  return shared;
}

function makeEnvironment(): typeof Handlebars {
  const handlebars = Handlebars.create();
  for (const folder of ["partials", "steps"]) {
    for (const file of readdirSync(path.join(packageRoot(), "templates", folder))) {
      const name = file.replace(/\.hbs$/, "");
      handlebars.registerPartial(
        folder === "steps" ? `steps/${name}` : name,
        readPackageFile(`templates/${folder}/${file}`),
      );
    }
  }
  handlebars.registerHelper("step", (kind: string) => `steps/${kind}`);
  handlebars.registerHelper("is", (left: unknown, right: unknown) => left === right);
  handlebars.registerHelper("words", (words: readonly string[]) => words.join(" "));
  handlebars.registerHelper("paths", paths);
  handlebars.registerHelper("exec", execForm);
  handlebars.registerHelper("mount", mountFlag);
  handlebars.registerHelper(
    "assignment",
    ([name, value]: readonly [string, string]) => `${name}=${quoted(value)}`,
  );
  return handlebars;
}

/** Sources and destination of a COPY: words, or the JSON form where a name holds a blank or a quote. */
function paths(files: readonly string[], to: string): string {
  const all = [...files, to];
  for (const path of all) {
    if (clean(path, 4096) !== path)
      throw new InputError(`the file name ${clean(path, 80)} holds invisible characters`, "rename the file");
  }
  return all.every((path) => /^[\w@%+=:,.*?/~-]+$/.test(path)) ? all.join(" ") : execForm(all);
}

/** The JSON array of an exec form, with a blank after each comma. */
export function execForm(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
}

/** `--mount=…` of a RUN. */
export function mountFlag(mount: MountPlan): string {
  const options: string[] = [`type=${mount.type}`];
  const add = (name: string, value: string | number | boolean | undefined): void => {
    if (value !== undefined) options.push(`${name}=${value}`);
  };
  if (mount.type === "cache") {
    add("id", mount.id);
    add("target", mount.target);
    add("sharing", mount.sharing);
    add("uid", mount.uid);
    add("gid", mount.gid);
  } else if (mount.type === "secret") {
    add("id", mount.id);
    add("target", mount.target);
    add("env", mount.env);
    add("required", mount.required);
  } else if (mount.type === "bind") {
    add("source", mount.source);
    add("target", mount.target);
    add("from", mount.from);
  }
  return `--mount=${options.join(",")}`;
}

function quoted(value: string): string {
  return /^[\w./:@%+,=-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** One blank line at most between blocks, none at line ends, one line end at the end of the file. */
function tidy(text: string): string {
  return `${text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/(^# ----.*\n)\n+/gm, "$1")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}
