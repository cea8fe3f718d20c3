import rules from "../../reference/data/secret-rules.json" with { type: "json" };
import type { SecretPattern } from "./secret-patterns.ts";

interface StoredRule {
  readonly id: string;
  readonly entropy?: number;
  readonly path?: string;
  readonly keywords?: readonly string[];
  readonly before?: number;
  readonly pattern?: string;
  readonly names?: readonly string[];
  readonly value?: string;
}

/** Rules of gitleaks (MIT, licence in the file), made by scripts/secret-rules.mjs. */
const stored: readonly StoredRule[] = rules.rules;

// What stands between a vendor's name and the value: `ACME_API_KEY: "…"`, `acme.token => '…'`, `<acme>…`.
const assignment = "[ \\t\\w.-]{0,20}[ \\t'\"]{0,3}(?:=|>|:{1,3}=|\\|\\||:|=>|\\?=|,)[`'\" \\t=]{0,5}";
const after = "(?:[`'\"\\s;]|\\\\[nr]|$)";
const leastEntropy = 3;

/** The rules as patterns, in the order of the file. */
export function secretRules(): readonly SecretPattern[] {
  return stored.map((rule): SecretPattern => {
    const common = {
      id: rule.id,
      title: titleOf(rule.id),
      severity: "high" as const,
      ...(rule.path === undefined ? {} : { path: expression(rule.path) }),
    };
    if (rule.names !== undefined) {
      const { source, flags } = expression(rule.value ?? "");
      return {
        ...common,
        scope: rule.path === undefined ? "text" : "settings",
        keywords: rule.names,
        repeats: /A{8}|A\{\d\d\}/.test(source),
        digit: rule.path === undefined,
        entropy: Math.max(rule.entropy ?? 0, rule.path === undefined ? leastEntropy : 0),
        pattern: new RegExp(
          `(?:${rule.names.map(escaped).join("|")})${assignment}(${source})${after}`,
          flags,
        ),
      };
    }
    const pattern = expression(rule.pattern ?? "");
    return {
      ...common,
      scope: rule.path === undefined ? "anywhere" : "settings",
      keywords: (rule.keywords ?? []).flatMap((word) => asWritten(word, pattern)),
      ...(rule.before === undefined ? {} : { before: rule.before }),
      ...(rule.entropy === undefined ? {} : { entropy: rule.entropy }),
      pattern,
    };
  });
}

/** The file has keywords in lower case; here they are of the pattern's. */
function asWritten(word: string, { source, ignoreCase }: RegExp): readonly string[] {
  const literal = source.replaceAll("\\", "");
  const at = literal.toLowerCase().indexOf(word.toLowerCase());
  return ignoreCase || at < 0 ? [word] : [literal.slice(at, at + word.length)];
}

function expression(text: string): RegExp {
  return text.startsWith("(?i)") ? new RegExp(text.slice(4), "i") : new RegExp(text);
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const capitals: Readonly<Record<string, string>> = {
  api: "API",
  aws: "AWS",
  jfrog: "JFrog",
  cicd: "CI/CD",
  tf: "Terraform",
  php: "PHP",
  ca: "CA",
  rrt: "runner registration token",
};
const kinds = new Set("key token secret password access client code user id webhook yaml config".split(" "));

/** `adafruit-api-key`: "an Adafruit API key". */
function titleOf(id: string): string {
  const words = id
    .split("-")
    .map(
      (word) =>
        capitals[word] ?? (kinds.has(word) ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`),
    );
  const title = words.join(" ");
  return `${/^[AEIO]/.test(title) ? "an" : "a"} ${title}`;
}
