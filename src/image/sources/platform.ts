import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";

/** `os/architecture[/variant]` in Go's words, as registries use them. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const architectures: Readonly<Record<string, string>> = {
  x64: "amd64",
  ia32: "386",
  x86_64: "amd64",
  aarch64: "arm64",
};

/** Reads a platform; `linux/` may be left out. Throws InputError for other text. */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split("/");
  const [first = "", second, third] = parts;
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.]+$/.test(part))) {
    throw new InputError(
      `platform ${clean(text, 60)} is malformed`,
      "write os/architecture, for example linux/arm64",
    );
  }
  if (second === undefined) return { os: "linux", architecture: architectures[first] ?? first };
  return {
    os: first,
    architecture: architectures[second] ?? second,
    ...(third === undefined ? {} : { variant: third }),
  };
}

/** The platform images of this machine have: containers on macOS and Windows run Linux too. */
export function defaultPlatform(): Platform {
  return { os: "linux", architecture: architectures[process.arch] ?? process.arch };
}

/** True when `have` can be taken for `want`; a variant nobody asked for does not matter, arm64 means v8. */
export function matches(have: Platform, want: Platform): boolean {
  if (have.os !== want.os || have.architecture !== want.architecture) return false;
  if (want.variant === undefined || have.variant === want.variant) return true;
  return have.architecture === "arm64" && (have.variant ?? "v8") === want.variant;
}

/** `linux/arm64/v8`. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant]
    .filter((part) => part !== undefined)
    .join("/");
}
