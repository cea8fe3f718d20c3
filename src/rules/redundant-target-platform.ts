import type { Rule } from "./types.ts";

/** FROM --platform=$TARGETPLATFORM. */
export const rule: Rule = {
  meta: {
    name: "redundant-target-platform",
    summary: "FROM --platform=$TARGETPLATFORM says what is the default.",
    why: "Stages are built for the target platform anyway; the flag is noise that makes readers look for a reason.",
    severity: "style",
    category: "style",
    fixable: "safe",
    aliases: { hadolint: ["DL3065"], buildkit: ["RedundantTargetPlatform"] },
    source: "https://docs.docker.com/reference/build-checks/redundant-target-platform/",
    bad: { dockerfile: "FROM --platform=$TARGETPLATFORM debian:13-slim\n" },
    good: { dockerfile: "FROM debian:13-slim\n" },
  },
  *check({ file }) {
    // A default of the file's own takes the place of what the builder sets.
    const own = file.globalArgs.some(({ assignments }) =>
      assignments.some(({ name, value }) => name === "TARGETPLATFORM" && value !== undefined),
    );
    for (const { from } of file.stages) {
      const flag = from?.flags.find((one) => one.name === "platform");
      const value = flag?.value?.replace(/^(["'])(.*)\1$/, "$2");
      const match = /^\$(?:TARGETPLATFORM|\{TARGETPLATFORM(:?-[^{}$]*)?\})$/.exec(value ?? "");
      if (!flag || !match) continue;
      const end = /^[ \t]*/.exec(file.text.slice(flag.range.end))?.[0].length ?? 0;
      yield {
        range: flag.range,
        message: "the target platform is the default: leave --platform out",
        ...(match[1] === undefined ? {} : { aliases: { buildkit: ["RedundantTargetPlatform"] } }),
        ...(own
          ? { parity: true }
          : {
              fix: {
                title: "remove the flag",
                edits: [{ range: { start: flag.range.start, end: flag.range.end + end }, text: "" }],
                safe: true,
              },
            }),
      };
    }
  },
};
