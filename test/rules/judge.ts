import { contextView } from "../../src/dockerfile/context.ts";
import type { Finding } from "../../src/rules/types.ts";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import { validate } from "../../src/validate/run.ts";

/** What a Dockerfile and its build context look like to all rules that are on by default, and to those named. */
export function judge(
  dockerfile: string,
  files?: Readonly<Record<string, string>>,
  also: readonly string[] = [],
): readonly Finding[] {
  const config = mergeConfigs({
    profiles: ["recommended"],
    rules: Object.fromEntries(also.map((name) => [name, { options: {} }])),
  });
  const ignore = files?.[".dockerignore"];
  const context = files && {
    context: contextView({
      files: Object.keys(files),
      read: (path) => files[path],
      ...(ignore === undefined ? {} : { ignore: { name: ".dockerignore", text: ignore } }),
    }),
  };
  return validate(dockerfile, { today: "2026-11-21", config, ...context }).findings;
}

/** `rule:line` of each finding. */
export function places(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, location }) => `${rule}:${location?.startLine}`);
}
