import { imageFamily } from "./shared/stages.ts";
import type { Aliases, Rule } from "./types.ts";

/** FROM --platform with a constant. */
export const rule: Rule = {
  meta: {
    name: "platform-in-from",
    summary: "FROM --platform holds a constant.",
    why: "A constant ties the stage to one architecture: `docker build --platform` no longer reaches it, and on other machines it runs under emulation. Use $BUILDPLATFORM for stages that cross-compile, and nothing otherwise.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: {
      hadolint: ["DL3029"],
      buildkit: ["FromPlatformFlagConstDisallowed"],
      semgrep: ["avoid-platform-with-from"],
    },
    source: "https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/",
    bad: { dockerfile: "FROM --platform=linux/amd64 debian:13-slim\n" },
    good: { dockerfile: "FROM --platform=$BUILDPLATFORM debian:13-slim\n" },
  },
  *check({ file }) {
    for (const { from, name, base } of file.stages) {
      const flag = from?.flags.find((one) => one.name === "platform");
      const value = flag?.value?.replace(/^(["'])(.*)\1$/, "$2");
      if (!flag || value === undefined || value === "") continue;
      const variable = value.includes("$");
      // A stage named after its platform is one of several that belong together.
      const meant =
        name !== undefined &&
        value.split("/").some((part) => part !== "" && name.includes(part.toLowerCase()));
      const windows = base?.kind === "image" && /windows|nanoserver|servercore/.test(imageFamily(base.image));
      const aliases: Aliases = {
        ...(variable && /^\$\{?(?:BUILD|TARGET)PLATFORM\}?$/.test(value)
          ? {}
          : variable
            ? {}
            : { hadolint: ["DL3029"] }),
        ...(variable || meant ? {} : { buildkit: ["FromPlatformFlagConstDisallowed"] }),
        semgrep: ["avoid-platform-with-from"],
      };
      yield {
        range: flag.range,
        message: variable
          ? `the platform of this stage is ${value}`
          : `--platform=${value} ties this stage to one architecture`,
        aliases,
        ...(variable || meant || windows ? { parity: true } : {}),
      };
    }
  },
};
