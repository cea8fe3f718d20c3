import { replace } from "./shared/edits.ts";
import type { Rule } from "./types.ts";

/** EXPOSE 80/TCP. */
export const rule: Rule = {
  meta: {
    name: "expose-proto-casing",
    summary: "The protocol of EXPOSE is not in lower case.",
    why: "Protocols are written tcp and udp; engines other than Docker may not know another spelling.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: { buildkit: ["ExposeProtoCasing"] },
    source: "https://docs.docker.com/reference/build-checks/expose-proto-casing/",
    bad: { dockerfile: "FROM nginx:1.30\nEXPOSE 80/TCP\n" },
    good: { dockerfile: "FROM nginx:1.30\nEXPOSE 80/tcp\n" },
  },
  *check({ instructions }) {
    for (const { instruction } of instructions("EXPOSE")) {
      for (const value of instruction.values) {
        const slash = value.text.indexOf("/");
        const protocol = value.text.slice(slash + 1);
        if (slash < 0 || protocol.includes("$") || protocol === protocol.toLowerCase()) continue;
        const fixed = value.text.slice(0, slash + 1) + protocol.toLowerCase();
        yield {
          range: value.range,
          message: `${value.text} should be ${fixed}`,
          ...(value.raw === value.text
            ? { fix: { title: `write ${fixed}`, edits: [replace(value.range, fixed)], safe: true } }
            : {}),
        };
      }
    }
  },
};
