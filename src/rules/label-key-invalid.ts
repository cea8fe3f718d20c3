import { labelsOf } from "./shared/labels.ts";
import type { Rule } from "./types.ts";

const valid = /^[a-z](?:[a-z0-9_]|[.-](?=[a-z0-9]))*$/;
const reserved = /^(?:com\.docker|io\.docker|org\.dockerproject)\./;

/** A label key outside Docker's rules. */
export const rule: Rule = {
  meta: {
    name: "label-key-invalid",
    summary: "A label key is not of the recommended form, or in a reserved namespace.",
    why: "Keys begin with a lower-case letter and hold lower-case letters, digits, single dots and hyphens; com.docker, io.docker and org.dockerproject belong to Docker. Tools that read labels rely on it.",
    severity: "style",
    category: "maintainability",
    fixable: "no",
    aliases: { hadolint: ["DL3048"] },
    source: "https://docs.docker.com/engine/manage-resources/labels/",
    bad: { dockerfile: 'FROM debian:13-slim\nLABEL io.docker.owner="me"\n' },
    good: { dockerfile: 'FROM debian:13-slim\nLABEL org.example.owner="me"\n' },
  },
  *check(context) {
    for (const { name, nameRange } of labelsOf(context)) {
      if (name.includes("$") && /^\$\{?\w+\}?$/.test(name)) continue;
      if (reserved.test(name))
        yield { range: nameRange, message: `label ${name} lies in a namespace that belongs to Docker` };
      else if (!valid.test(name))
        yield {
          range: nameRange,
          message: `label ${name.slice(0, 60)}: keys are lower-case letters, digits, single dots and hyphens`,
        };
    }
  },
};
