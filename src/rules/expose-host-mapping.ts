import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** EXPOSE 8080:80. */
export const rule: Rule = {
  meta: {
    name: "expose-host-mapping",
    summary: "EXPOSE holds a host address or a host port.",
    why: "EXPOSE only says which port of the container is meant to be reached; where it appears on the host is decided by `docker run -p`. The host part is ignored, and readers take it for a promise.",
    severity: "warning",
    category: "correctness",
    fixable: "safe",
    aliases: { buildkit: ["ExposeInvalidFormat"] },
    source: "https://docs.docker.com/reference/build-checks/expose-invalid-format/",
    bad: { dockerfile: "FROM nginx:1.30\nEXPOSE 8080:80\n" },
    good: { dockerfile: "FROM nginx:1.30\nEXPOSE 80\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("EXPOSE")) {
      for (const value of instruction.values) {
        const colon = value.text.lastIndexOf(":");
        if (colon < 0 || value.text.includes("$")) continue;
        const port = value.text.slice(colon + 1);
        yield {
          range: value.range,
          message: `EXPOSE takes the container's port only; the host part of ${value.text} is ignored`,
          ...(value.raw === value.text && port !== ""
            ? { fix: { title: `write ${port}`, edits: [replace(value.range, port)], safe: true } }
            : {}),
        };
      }
    }
  },
};
