import { findSecrets } from "../../data/secret-search.ts";
import { secretName } from "../../data/secrets.ts";
import type { ImageConfig } from "../../image/types.ts";
import { clean, mask } from "../../security/untrusted.ts";
import { redact } from "../redact.ts";
import type { ScanFinding } from "../types.ts";

type Found = Omit<ScanFinding, "aliases" | "severitySource" | "inFinalImage" | "scanners">;

const secretFix = "pass it when the container starts, or with RUN --mount=type=secret, and revoke this one";

/** Secrets in ENV, labels, commands and history, and settings that weaken the container. Text is cleaned, values masked. */
export function scanConfiguration(config: ImageConfig): readonly ScanFinding[] {
  return [
    ...environment(config.env),
    ...secretsIn(
      "a label",
      Object.entries(config.labels).map(([name, value]) => `${name}=${value}`),
    ),
    ...secretsIn("the command", [
      ...(config.entrypoint ?? []),
      ...(config.cmd ?? []),
      ...(config.healthcheck?.test ?? []),
    ]),
    ...history(config),
    ...settings(config),
  ].map((found) => ({
    ...found,
    aliases: [],
    severitySource: "dockwright",
    inFinalImage: true,
    scanners: ["dockwright"],
  }));
}

function* environment(env: readonly string[]): Generator<Found> {
  for (const pair of env) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals < 0 ? undefined : equals);
    const value = equals < 0 ? "" : pair.slice(equals + 1);
    const [match] = findSecrets(pair);
    if (match === undefined && (value === "" || !secretName(name) || value.startsWith("/"))) continue;
    yield {
      id: "secret-in-env",
      kind: "secret",
      severity: match?.severity === "critical" ? "critical" : "high",
      title: `ENV ${clean(name, 80)} holds ${match?.title ?? "a secret"}: ${mask(value)}`,
      variable: clean(name, 80),
      fix: secretFix,
    };
  }
}

function* secretsIn(where: string, texts: readonly string[]): Generator<Found> {
  for (const text of texts) {
    for (const { id, title, severity } of findSecrets(text, 5)) {
      yield {
        id,
        kind: "secret",
        severity,
        title: `${where} holds ${title}: ${redact(text)}`,
        fix: secretFix,
      };
    }
  }
}

// `|2 TOKEN=x B=y /bin/sh -c`, how builders note the build arguments of a RUN.
const buildArguments = /^(?:RUN )?\|\d+ (.*?) (?=\/bin\/)/s;
const environmentStep = /^(?:\/bin\/sh -c #\(nop\)\s+)?ENV (.*)$/s;

/** What the history alone still shows: build arguments, and variables that a later ENV or base change replaced. */
function* history(config: ImageConfig): Generator<Found> {
  const told = new Set<string>();
  const current = new Set(config.env);
  for (const { createdBy } of config.history) {
    const variables = environmentStep.exec(createdBy)?.[1];
    const pairs = variables ?? buildArguments.exec(createdBy)?.[1] ?? "";
    const what = variables === undefined ? "the build argument" : "a replaced value of ENV";
    const found: Found[] = [];
    for (const [pair, name = "", value = ""] of pairs.matchAll(/(\w+)=(\S+)/g)) {
      const [match] = findSecrets(pair);
      if (current.has(pair) || (match === undefined && !secretName(name)) || value.startsWith("/")) continue;
      found.push({
        id: variables === undefined ? "secret-in-build-argument" : "secret-in-env",
        kind: "secret",
        severity: match?.severity === "critical" ? "critical" : "high",
        title: `the history holds ${what} ${clean(name, 80)}: ${mask(value)}`,
        variable: clean(name, 80),
        fix: secretFix,
      });
    }
    const rest = variables === undefined ? createdBy.replace(buildArguments, "") : "";
    for (const one of [...found, ...secretsIn("the history", [rest])]) {
      if (told.has(one.title)) continue;
      told.add(one.title);
      yield one;
    }
  }
}

function* settings(config: ImageConfig): Generator<Found> {
  const [user = ""] = config.user.split(":");
  if (user === "" || user === "root" || /^0+$/.test(user)) {
    yield {
      id: "runs-as-root",
      kind: "misconfiguration",
      severity: "medium",
      title: user === "" ? "no USER is set: the container runs as root" : "the container runs as root",
      fix: "end the final stage with USER and a number, such as USER 10001",
    };
  }
  if (config.exposedPorts.some((port) => /^22(?:\/tcp)?$/.test(port))) {
    yield {
      id: "exposes-ssh",
      kind: "misconfiguration",
      severity: "medium",
      title: "port 22 (SSH) is exposed",
      fix: "remove the SSH server; use the engine's exec",
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
