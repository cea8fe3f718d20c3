import { findSecrets } from "../../data/secret-search.ts";
import { secretName } from "../../data/secrets.ts";
import type { ImageConfig } from "../../image/types.ts";
import { clean, mask } from "../../security/untrusted.ts";
import { redact } from "../redact.ts";
import type { OwnFinding } from "./finding.ts";

const secretFix = "pass it when the container starts, or with RUN --mount=type=secret, and revoke this one";

/** Secrets in ENV, labels, commands and history, and settings that weaken the container. Text is cleaned, values masked. */
export function scanConfiguration(config: ImageConfig): readonly OwnFinding[] {
  const commands = [...(config.entrypoint ?? []), ...(config.cmd ?? []), ...(config.healthcheck?.test ?? [])];
  return [
    ...environment(config.env),
    ...Object.entries(config.labels).flatMap(([name, value]) => labelled(name, value)),
    ...secretsIn("the command", commands, { keyword: "CMD" }),
    ...secretsIn("an ONBUILD trigger", config.onBuild, { keyword: "ONBUILD" }),
    ...history(config),
    ...settings(config),
  ];
}

function* environment(env: readonly string[]): Generator<OwnFinding> {
  for (const pair of env) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals < 0 ? undefined : equals);
    const value = equals < 0 ? "" : pair.slice(equals + 1);
    const [match] = findSecrets(pair);
    if (match === undefined && !namedSecret(name, value)) continue;
    yield {
      id: "secret-in-env",
      kind: "secret",
      severity: match?.severity === "critical" ? "critical" : "high",
      title: `ENV ${clean(name, 80)} holds ${match?.title ?? "a secret"}: ${mask(value)}`,
      variable: clean(name, 80),
      fix: secretFix,
      anchor: { keyword: "ENV", name },
    };
  }
}

/** A value that only its variable's name gives away; paths say where the secret is, not what it is. */
function namedSecret(name: string, value: string): boolean {
  return value !== "" && !value.startsWith("/") && secretName(name);
}

function labelled(name: string, value: string): OwnFinding[] {
  const found = [...secretsIn(`label ${clean(name, 80)}`, [`${name}=${value}`], { keyword: "LABEL", name })];
  if (found.length > 0 || !namedSecret(name.replace(/[.-]/g, "_"), value)) return found;
  return [
    {
      id: "secret-in-label",
      kind: "secret",
      severity: "high",
      title: `label ${clean(name, 80)} holds a secret: ${mask(value)}`,
      fix: secretFix,
      anchor: { keyword: "LABEL", name },
    },
  ];
}

function* secretsIn(
  where: string,
  texts: readonly string[],
  anchor: NonNullable<OwnFinding["anchor"]>,
): Generator<OwnFinding> {
  for (const text of texts) {
    for (const { id, title, severity } of findSecrets(text, 5)) {
      yield {
        id,
        kind: "secret",
        severity,
        title: `${where} holds ${title}: ${redact(text)}`,
        fix: secretFix,
        anchor,
      };
    }
  }
}

// `|2 TOKEN=x B=y /bin/sh -c`, how builders note the build arguments of a RUN.
const buildArguments = /^(?:RUN )?\|\d+ (.*?) (?=\/bin\/)/s;
const assigning = /^(?:\/bin\/sh -c #\(nop\)\s+)?(ENV|ARG|LABEL) (.*)$/s;
// A name begins where no other character of a name is before it: long texts without "=" are gone through once.
const assignment = /(?<![\w.-])([\w.-]+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S+)/g;
const told: Readonly<Record<string, string>> = {
  ENV: "a replaced value of ENV",
  ARG: "the default of the build argument",
  LABEL: "a replaced label",
};

/** What the history alone still shows: build arguments, and variables that a later ENV or base change replaced. */
function* history(config: ImageConfig): Generator<OwnFinding> {
  const seen = new Set<string>();
  const current = new Set([
    ...config.env,
    ...Object.entries(config.labels).map(([name, value]) => `${name}=${value}`),
  ]);
  for (const [step, { createdBy }] of config.history.entries()) {
    const [, keyword, assigned] = assigning.exec(createdBy) ?? [];
    const what = keyword === undefined ? "the build argument" : (told[keyword] ?? "");
    const found: OwnFinding[] = [];
    for (const [, name = "", quoted = ""] of (assigned ?? buildArguments.exec(createdBy)?.[1] ?? "").matchAll(
      assignment,
    )) {
      const value = quoted.replace(/^(["'])(.*)\1$/s, "$2");
      const pair = `${name}=${value}`;
      const [match] = findSecrets(pair);
      if (current.has(pair) || (match === undefined && !namedSecret(name, value))) continue;
      found.push({
        id:
          keyword === "ENV"
            ? "secret-in-env"
            : keyword === "LABEL"
              ? "secret-in-label"
              : "secret-in-build-argument",
        kind: "secret",
        severity: match?.severity === "critical" ? "critical" : "high",
        title: `the history holds ${what} ${clean(name, 80)}: ${mask(value)}`,
        variable: clean(name, 80),
        fix: secretFix,
        anchor: keyword === undefined ? { keyword: "ARG", name } : { step },
      });
    }
    const rest = keyword === undefined ? createdBy.replace(buildArguments, "") : "";
    for (const one of [...found, ...secretsIn("the history", [rest], { step })]) {
      if (seen.has(one.title)) continue;
      seen.add(one.title);
      yield one;
    }
  }
}

function* settings(config: ImageConfig): Generator<OwnFinding> {
  const [user = ""] = config.user.split(":");
  if (user === "" || user === "root" || /^0+$/.test(user)) {
    yield {
      id: "runs-as-root",
      kind: "misconfiguration",
      severity: "medium",
      title: user === "" ? "no USER is set: the container runs as root" : "the container runs as root",
      fix: "end the final stage with USER and a number, such as USER 10001",
      anchor: { keyword: "USER" },
    };
  }
  if (config.exposedPorts.some((port) => /^22(?:\/tcp)?$/.test(port))) {
    yield {
      id: "exposes-ssh",
      kind: "misconfiguration",
      severity: "medium",
      title: "port 22 (SSH) is exposed",
      fix: "remove the SSH server; use the engine's exec",
      anchor: { keyword: "EXPOSE" },
    };
  }
  if (config.healthcheck === undefined) {
    yield {
      id: "no-healthcheck",
      kind: "misconfiguration",
      severity: "info",
      title: "no HEALTHCHECK is set",
      fix: "add HEALTHCHECK, unless the orchestrator probes the container",
    };
  }
}
