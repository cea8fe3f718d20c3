import type { Severity } from "../../rules/types.ts";

/** What is wanted of one rule; a rule that is named runs, unless it is "off". */
export interface RuleSetting {
  /** "off" silences it; a severity replaces its own. */
  readonly severity?: Severity | "off";
  /** Its settings, see docs/rules.md. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** One line of a checklist: it fails when one of its rules reports something. */
export interface ChecklistItem {
  readonly id: string;
  readonly title: string;
  /** Rule names or other tools' ids. Empty for an item no Dockerfile can prove. */
  readonly rules: readonly string[];
  /** Where to look instead, for an item that is not decided here. */
  readonly note?: string;
}

/** A list a team checks a Dockerfile against. */
export interface Checklist {
  readonly name: string;
  readonly title: string;
  readonly items: readonly ChecklistItem[];
}

/** A finding's weight that makes a run fail; "none" never does. */
export type Threshold = Severity | "none";

/** How files are judged; what the configuration files and the command line come to. */
export interface Config {
  /** Profiles whose rules run; see `profileNames`. */
  readonly profiles: readonly string[];
  /** Settings by rule name or other tools' id. */
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** Rules that stay silent, by name or other tools' id. */
  readonly ignore: readonly string[];
  readonly failOn: Threshold;
  /** False: the file's own pragmas are not honoured. */
  readonly pragmas: boolean;
  /** Settings every rule sees: `trustedRegistries`, `labelSchema`, `strictLabels`. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** Lists of the team's own, by name. */
  readonly checklists: Readonly<Record<string, Checklist>>;
  /** Largest image size by kind of application, in bytes. */
  readonly budgets: Readonly<Record<string, number>>;
}

/** Nothing configured. */
export const defaultConfig: Config = {
  profiles: ["recommended"],
  rules: {},
  ignore: [],
  failOn: "warning",
  pragmas: true,
  shared: {},
  checklists: {},
  budgets: {},
};
