import facts from "../../reference/data/images.json" with { type: "json" };
import { endOfLife, isEndOfLife } from "./eol.ts";

export type ImageFamily =
  | "debian"
  | "ubuntu"
  | "alpine"
  | "distroless"
  | "scratch"
  | "busybox"
  | "rhel"
  | "fedora"
  | "amazonlinux"
  | "opensuse"
  | "arch"
  | "wolfi"
  | "unknown";

export type PackageManagerOfImage =
  | "apt"
  | "apk"
  | "dnf"
  | "microdnf"
  | "yum"
  | "zypper"
  | "pacman"
  | "none"
  | "unknown";

/** An account of /etc/passwd. */
export interface ImageUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** What a well-known base image holds, as far as its name and tag tell. */
export interface ImageFacts {
  /** Canonical name: `python`, `gcr.io/distroless/static-debian13`. */
  readonly name: string;
  readonly family: ImageFamily;
  /** The distribution release, when the tag names it or the image's default is known: `{product: "debian", cycle: "13"}`. */
  readonly distribution?: { readonly product: string; readonly cycle: string; readonly named: boolean };
  readonly libc: "glibc" | "musl" | "none" | "unknown";
  readonly hasShell: boolean;
  readonly packageManager: PackageManagerOfImage;
  /** Programs known to be on PATH. */
  readonly programs: readonly string[];
  /** Programs known not to be there. */
  readonly absent: readonly string[];
  /** Accounts that exist. */
  readonly users: readonly ImageUser[];
  /** The account the image runs as when the Dockerfile sets none; root when undefined. */
  readonly defaultUser?: ImageUser;
  /** ENTRYPOINT of the image, where it decides what CMD means. */
  readonly entrypoint?: readonly string[];
  /** Absolute path of the language's program. */
  readonly interpreter?: string;
  /** Paths declared as VOLUME: what a RUN writes there is lost. */
  readonly volumes: readonly string[];
  /** Port the server of the image listens on by default. */
  readonly port?: number;
  /** A TLS root bundle is in /etc/ssl/certs. */
  readonly certificates: boolean;
  /** Compilers or development kits are in it: nothing for a final stage. */
  readonly buildTools: boolean;
  /** Made for running: slim, alpine, distroless, JRE, scratch. */
  readonly minimal: boolean;
  /** The full variant of an image that has smaller ones (`python:3.13` beside `python:3.13-slim`). */
  readonly full: boolean;
  /** The smaller variant to use instead of a full one. */
  readonly slimmer?: string;
  readonly approxSizeMB?: number;
  readonly sizeSource?: string;
  readonly language?: { readonly name: string; readonly version?: string };
  /** The image is no longer maintained. */
  readonly deprecated?: { readonly since: string; readonly why: string; readonly replacement: string };
}

/** The part of an image reference the facts depend on. */
export interface ImageReference {
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
}

interface StoredFamily {
  readonly libc: string;
  readonly shell: boolean;
  readonly packageManager: string;
  readonly programs: readonly string[];
  readonly absent: readonly string[];
  readonly users: readonly ImageUser[];
  readonly certificates: boolean;
}
interface StoredFlavor {
  readonly family: string;
  readonly distribution?: string;
  readonly packageManager?: string;
  readonly programs?: readonly string[];
  /** Programs that only releases of the language below a version have. */
  readonly programsBelow?: { readonly version: string; readonly programs: readonly string[] };
  /** Programs that some tags have and others have not. */
  readonly uncertain?: readonly string[];
  readonly users?: readonly ImageUser[];
  readonly buildTools?: boolean;
  readonly certificates?: boolean;
  readonly full?: boolean;
  readonly mb?: number;
}
interface StoredRepository {
  readonly language?: string;
  readonly versions?: string;
  readonly interpreter?: string;
  readonly users?: readonly ImageUser[];
  readonly user?: string;
  readonly volumes?: readonly string[];
  readonly port?: number;
  readonly minimal?: readonly string[];
  readonly flavors: Readonly<Record<string, StoredFlavor | undefined>>;
  readonly deprecated?: { readonly since: string; readonly why: string; readonly replacement: string };
}
interface StoredDistroless {
  readonly libc?: string;
  readonly language?: string;
  /** Language version by Debian release. */
  readonly versions?: Readonly<Record<string, string | undefined>>;
  readonly interpreter?: string;
  readonly entrypoint?: readonly string[];
  readonly programs: readonly string[];
  readonly mb: number;
}

const families: Readonly<Record<string, StoredFamily | undefined>> = facts.families;
const repositories: Readonly<Record<string, StoredRepository | undefined>> = facts.repositories;
const distroless: Readonly<Record<string, StoredDistroless | undefined>> = facts.distroless;

const HUB = new Set([
  "docker.io",
  "index.docker.io",
  "registry-1.docker.io",
  "registry.hub.docker.com",
  "mirror.gcr.io",
]);

/** Docker Hub's short name of an official image or `user/name`, mirrors of Docker Hub included; undefined elsewhere. */
export function hubName(image: ImageReference): string | undefined {
  const { registry, repository } = image;
  if (registry === undefined || HUB.has(registry)) return repository.replace(/^library\//, "");
  if (registry === "public.ecr.aws" && repository.startsWith("docker/library/")) return repository.slice(15);
  return undefined;
}

/**
 * What a base image holds, from its name and tag; undefined for an image we know nothing about. `scratch` is
 * known too (repository "scratch").
 */
export function imageFacts(image: ImageReference): ImageFacts | undefined {
  const hub = hubName(image);
  if (hub === "scratch") return plain("scratch", "scratch", { minimal: true });
  const repository = hub === undefined ? undefined : repositories[hub];
  if (hub !== undefined && repository !== undefined && Object.hasOwn(repositories, hub)) {
    return official(hub, repository, image.tag ?? "latest");
  }
  const { registry } = image;
  const tag = image.tag ?? "latest";
  if (registry === "gcr.io" && image.repository.startsWith("distroless/")) {
    return fromDistroless(image.repository.slice("distroless/".length), tag);
  }
  if (registry === "mcr.microsoft.com" && image.repository.startsWith("dotnet/"))
    return dotnet(image.repository, tag);
  if (registry?.endsWith("redhat.com") || registry?.endsWith("redhat.io")) return ubi(image, tag);
  if (registry === "ghcr.io" && image.repository === "astral-sh/uv") return uv(tag);
  if (registry === "cgr.dev" || (hub?.startsWith("chainguard/") ?? false)) {
    const name = `${registry === undefined ? "" : `${registry}/`}${image.repository}`;
    const dev = tag.endsWith("-dev");
    return plain(name, "wolfi", {
      minimal: !dev,
      hasShell: dev,
      packageManager: dev ? "apk" : "none",
      ...user("wolfi", "nonroot"),
    });
  }
  return undefined;
}

/** True or false when it is known whether `program` is on the image's PATH; undefined when it is not. */
export function hasProgram(image: ImageFacts, program: string): boolean | undefined {
  if (image.programs.includes(program)) return true;
  if (image.absent.includes(program)) return false;
  if (image.family === "scratch" || image.family === "distroless") return false;
  return undefined;
}

function family(name: string): StoredFamily {
  const found = families[name] ?? families.unknown;
  if (found === undefined) throw new Error(`images.json lacks the family ${name}`);
  return found;
}

const LIBCS = ["glibc", "musl", "none"] as const;
const MANAGERS = ["apt", "apk", "dnf", "microdnf", "yum", "zypper", "pacman", "none"] as const;
const FAMILIES = [
  "debian",
  "ubuntu",
  "alpine",
  "distroless",
  "scratch",
  "busybox",
  "rhel",
  "fedora",
  "amazonlinux",
  "opensuse",
  "arch",
  "wolfi",
] as const;
const oneOf = <T extends string>(values: readonly T[], value: string): T | "unknown" =>
  values.find((one) => one === value) ?? "unknown";

function plain(name: string, familyName: string, more: Partial<ImageFacts>): ImageFacts {
  const base = family(familyName);
  return {
    name,
    family: oneOf(FAMILIES, familyName),
    libc: oneOf(LIBCS, base.libc),
    hasShell: base.shell,
    packageManager: oneOf(MANAGERS, base.packageManager),
    programs: base.programs,
    absent: base.absent,
    users: base.users,
    volumes: [],
    certificates: base.certificates,
    buildTools: false,
    minimal: false,
    full: false,
    ...more,
  };
}

const CODENAMES =
  /^(?:trixie|bookworm|bullseye|buster|stretch|jessie|forky|sid|resolute|questing|plucky|noble|mantic|jammy|focal|bionic|xenial)$/;
const DEBIAN = /^(?:trixie|bookworm|bullseye|buster|stretch|jessie|forky|sid)$/;

/** The words of a tag: `3.12-slim-bookworm` -> 3.12, slim, bookworm; `25-jre-alpine-3.24` -> 25, jre, alpine3.24. */
function tagWords(tag: string): readonly string[] {
  return tag.replace(/-alpine-(\d)/, "-alpine$1").split("-");
}

function official(name: string, repository: StoredRepository, tag: string): ImageFacts {
  const words = tagWords(tag);
  const key = flavorOf(repository, words);
  const flavor = repository.flavors[key] ?? repository.flavors.default;
  if (flavor === undefined) throw new Error(`images.json lacks a default flavor of ${name}`);
  const codename = words.find((word) => CODENAMES.test(word));
  const base = family(flavor.family);
  const familyName =
    codename !== undefined && (flavor.family === "debian" || flavor.family === "ubuntu")
      ? DEBIAN.test(codename)
        ? "debian"
        : "ubuntu"
      : flavor.family;
  const distribution = distributionOf(name, familyName, flavor, words, codename, repository);
  const version = languageVersion(name, repository, words);
  const older = flavor.programsBelow;
  // A tag without a version is the newest release.
  const below = older !== undefined && version !== undefined && Number(version) < Number(older.version);
  const own = [...(flavor.programs ?? []), ...(below ? older.programs : [])];
  const users = [
    ...base.users,
    ...ubuntuUser(name, familyName, distribution?.cycle),
    ...(flavor.users ?? repository.users ?? []),
  ];
  const full = flavor.full === true && !(repository.minimal ?? []).includes(key);
  const slimmer = full ? slimTag(name, repository, tag, words) : undefined;
  const defaultUser = users.find((one) => one.name === repository.user);
  return plain(name, familyName, {
    ...(distribution === undefined ? {} : { distribution }),
    ...(flavor.packageManager === undefined
      ? {}
      : { packageManager: oneOf(MANAGERS, flavor.packageManager) }),
    programs: [...base.programs, ...own],
    absent: base.absent.filter(
      (program) => !own.includes(program) && !(flavor.uncertain ?? []).includes(program),
    ),
    users,
    ...(defaultUser === undefined ? {} : { defaultUser }),
    ...(repository.interpreter === undefined ? {} : { interpreter: repository.interpreter }),
    volumes: repository.volumes ?? [],
    ...(repository.port === undefined ? {} : { port: repository.port }),
    certificates: base.certificates || flavor.certificates === true,
    buildTools: flavor.buildTools === true,
    minimal: (repository.minimal ?? []).includes(key),
    full,
    ...(slimmer === undefined ? {} : { slimmer }),
    ...(flavor.mb === undefined ? {} : { approxSizeMB: flavor.mb, sizeSource: facts.sizeSource }),
    ...(repository.language === undefined
      ? {}
      : { language: { name: repository.language, ...(version === undefined ? {} : { version }) } }),
    ...(repository.deprecated === undefined ? {} : { deprecated: repository.deprecated }),
  });
}

function flavorOf(repository: StoredRepository, words: readonly string[]): string {
  const alpine = words.some((word) => /^alpine/.test(word));
  const jre = words.includes("jre");
  const wanted = [
    alpine && jre ? "jre-alpine" : undefined,
    words.includes("slim") ? "slim" : undefined,
    words.includes("distroless") ? "distroless" : undefined,
    alpine ? "alpine" : undefined,
    words.some((word) => /^ubi/.test(word)) ? "ubi" : undefined,
    jre ? "jre" : undefined,
  ];
  return wanted.find((key) => key !== undefined && Object.hasOwn(repository.flavors, key)) ?? "default";
}

function distributionOf(
  name: string,
  familyName: string,
  flavor: StoredFlavor,
  words: readonly string[],
  codename: string | undefined,
  repository: StoredRepository,
): ImageFacts["distribution"] {
  if (name === familyName) {
    const line = words[0] === undefined ? undefined : endOfLife(familyName, words[0]);
    if (line !== undefined) return { product: familyName, cycle: line.cycle, named: true };
  }
  const alpine = words
    .map((word) => /^alpine(\d+\.\d+)/.exec(word)?.[1])
    .find((cycle) => cycle !== undefined);
  if (alpine !== undefined) return { product: "alpine", cycle: alpine, named: true };
  if (codename !== undefined) {
    const product = DEBIAN.test(codename) ? "debian" : "ubuntu";
    const line = endOfLife(product, codename);
    return line === undefined ? undefined : { product, cycle: line.cycle, named: true };
  }
  // Which distribution a tag that is no longer built stood on is not known.
  const version = languageVersion(name, repository, words);
  if (repository.language !== undefined && version !== undefined && retired(repository.language, version)) {
    return undefined;
  }
  const implicit =
    name === "node" && /^(?:2[6-9]|latest|current|slim|lts$)/.test(words[0] ?? "")
      ? "trixie"
      : flavor.distribution;
  if (implicit === undefined || (repository.versions === familyName && name !== familyName)) return undefined;
  const line = endOfLife(familyName, implicit);
  return line === undefined ? undefined : { product: familyName, cycle: line.cycle, named: false };
}

/** True when the line ended before our list of images was read. */
function retired(language: string, version: string): boolean {
  return isEndOfLife(language, version, facts.retrieved);
}

/** Ubuntu since 23.04 has an account `ubuntu` with uid 1000; the gradle image removes it for its own. */
function ubuntuUser(name: string, familyName: string, cycle: string | undefined): readonly ImageUser[] {
  if (familyName !== "ubuntu" || name === "gradle" || cycle === undefined || Number.parseFloat(cycle) < 23)
    return [];
  return [{ name: "ubuntu", uid: 1000, gid: 1000, home: "/home/ubuntu" }];
}

const NODE_LINES: ReadonlyMap<string, string> = new Map([
  ["krypton", "24"],
  ["jod", "22"],
  ["iron", "20"],
  ["hydrogen", "18"],
]);

function languageVersion(
  name: string,
  repository: StoredRepository,
  words: readonly string[],
): string | undefined {
  if (repository.language === undefined) return undefined;
  if (name === "maven") {
    const at = words.findIndex((word) =>
      /^(?:temurin|corretto|sapmachine|semeru|amazoncorretto)$/.test(word),
    );
    const next = at < 0 ? undefined : words[at + 1];
    return next !== undefined && /^\d+$/.test(next) ? next : undefined;
  }
  if (name === "gradle")
    return words.map((word) => /^jdk(\d+)$/.exec(word)?.[1]).find((version) => version !== undefined);
  const first = words[0] ?? "";
  const line = NODE_LINES.get(first);
  if (name === "node" && line !== undefined) return line;
  if (name === "node" && first === "lts" && words[1] !== undefined) return NODE_LINES.get(words[1]);
  return /^(\d+(?:\.\d+)*)/.exec(first)?.[1];
}

function slimTag(
  name: string,
  repository: StoredRepository,
  tag: string,
  words: readonly string[],
): string | undefined {
  const smaller = repository.minimal ?? [];
  if (smaller.includes("jre")) {
    const version = words[0];
    const rest = words.filter((word) => word !== "jdk").slice(1);
    return version === undefined || !/^\d/.test(version)
      ? undefined
      : `${name}:${[version, "jre", ...rest].join("-")}`;
  }
  if (!smaller.includes("slim")) return undefined;
  if (tag === "latest") return `${name}:slim`;
  // node and debian write `bookworm-slim`, python and ruby `slim-bookworm`.
  const suite = words.findIndex((word) => CODENAMES.test(word));
  if (suite > 0 && name !== "node")
    return `${name}:${[...words.slice(0, suite), "slim", ...words.slice(suite)].join("-")}`;
  return `${name}:${tag}-slim`;
}

function user(familyName: string, name: string): { readonly defaultUser?: ImageUser } {
  const found = family(familyName).users.find((one) => one.name === name);
  return found === undefined ? {} : { defaultUser: found };
}

function fromDistroless(repository: string, tag: string): ImageFacts | undefined {
  const match = /^(static|base-nossl|base|cc|python3|java-base|nodejs|java)(\d*)(?:-debian(\d+))?$/.exec(
    repository,
  );
  if (match === null) return undefined;
  const [, kind = "", version = "", release] = match;
  const stored = distroless[kind];
  if (stored === undefined) return undefined;
  const debug = tag.startsWith("debug");
  const known = version === "" ? stored.versions?.[release ?? "13"] : version;
  return plain(`gcr.io/distroless/${repository}`, "distroless", {
    ...(stored.libc === undefined ? {} : { libc: oneOf(LIBCS, stored.libc) }),
    ...(release === undefined ? {} : { distribution: { product: "debian", cycle: release, named: true } }),
    hasShell: debug,
    programs: debug ? [...stored.programs, ...family("busybox").programs] : stored.programs,
    ...(tag.includes("nonroot") ? user("distroless", "nonroot") : {}),
    ...(stored.entrypoint === undefined ? {} : { entrypoint: stored.entrypoint }),
    ...(stored.interpreter === undefined ? {} : { interpreter: stored.interpreter }),
    minimal: true,
    approxSizeMB: stored.mb,
    sizeSource: facts.sizeSource,
    ...(stored.language === undefined
      ? {}
      : { language: { name: stored.language, ...(known === undefined ? {} : { version: known }) } }),
    ...(kind === "nodejs" && version === ""
      ? {
          deprecated: {
            since: "2023-01-01",
            why: "The untagged nodejs image is not updated; the Node.js major is part of the name.",
            replacement: facts.recommended.node.hardened,
          },
        }
      : {}),
  });
}

function dotnet(repository: string, tag: string): ImageFacts {
  const words = tagWords(tag);
  const chiseled = words.some((word) => word === "chiseled" || word === "distroless");
  const alpine = words.some((word) => word.startsWith("alpine"));
  const ubuntu = words.some((word) => /^(?:noble|jammy|resolute)$/.test(word)) || /^1\d/.test(tag);
  const name = `mcr.microsoft.com/${repository}`;
  const app = { name: "app", uid: 1654, gid: 1654, home: "/home/app" };
  const version = /^(\d+\.\d+)/.exec(tag)?.[1];
  const base = chiseled ? "distroless" : alpine ? "alpine" : ubuntu ? "ubuntu" : "debian";
  const sdk = repository.startsWith("dotnet/sdk");
  return plain(name, base, {
    users: [...family(base).users, app],
    ...(chiseled ? { defaultUser: app } : {}),
    ...(sdk ? { absent: [], buildTools: true, full: true } : { minimal: true }),
    programs: [...family(base).programs, ...(repository.startsWith("dotnet/runtime-deps") ? [] : ["dotnet"])],
    certificates: true,
    language: { name: "dotnet", ...(version === undefined ? {} : { version }) },
  });
}

function ubi(image: ImageReference, tag: string): ImageFacts | undefined {
  const match = /^ubi(\d+)(?:\/ubi|\/ubi-(minimal|micro|init))?(?:-(minimal|micro|init))?/.exec(
    image.repository,
  );
  if (match === null) return undefined;
  const kind = match[2] ?? match[3];
  const micro = kind === "micro";
  return plain(`${image.registry ?? ""}/${image.repository}`, "rhel", {
    ...(match[1] === undefined ? {} : { distribution: { product: "rhel", cycle: match[1], named: true } }),
    packageManager: micro ? "none" : kind === "minimal" ? "microdnf" : "dnf",
    minimal: micro || kind === "minimal",
    full: kind === undefined && /^ubi\d+(\/ubi)?$/.test(image.repository),
    ...(kind === undefined
      ? { slimmer: `${image.registry ?? ""}/${image.repository.split("/")[0] ?? ""}/ubi-minimal:${tag}` }
      : {}),
    approxSizeMB: micro ? 25 : kind === "minimal" ? 100 : 215,
    sizeSource: facts.sizeSource,
  });
}

function uv(tag: string): ImageFacts {
  const words = tagWords(tag);
  const name = "ghcr.io/astral-sh/uv";
  const python = words
    .map((word) => /^python(\d+\.\d+)/.exec(word)?.[1])
    .find((version) => version !== undefined);
  const alpine = words.some((word) => word.startsWith("alpine"));
  if (python === undefined && !alpine && !words.some((word) => CODENAMES.test(word) || word === "debian")) {
    return plain(name, "scratch", { programs: ["uv", "uvx"], minimal: true });
  }
  const base = alpine ? "alpine" : "debian";
  return plain(name, base, {
    programs: [...family(base).programs, "uv", "uvx", ...(python === undefined ? [] : ["python", "python3"])],
    absent: family(base).absent.filter((program) => program !== "python3"),
    full: !words.includes("slim") && !alpine,
    minimal: words.includes("slim") || alpine,
    language: { name: "python", ...(python === undefined ? {} : { version: python }) },
  });
}

/** The version to build on today, with the reason and images of it. */
export interface Recommended {
  readonly version: string;
  /** Default runtime or builder image, tag included. */
  readonly image: string;
  /** Distroless runtime image, tag included. */
  readonly hardened: string;
  /** The version the distroless image holds, when it is another. */
  readonly hardenedVersion?: string;
  readonly why: string;
}

const recommendations: Readonly<Record<string, Recommended>> = facts.recommended;

/** The version of a language to start with today (`node`, `python`, `go`, `rust`, `java`); undefined for others. */
export function recommended(language: string): Recommended | undefined {
  return Object.hasOwn(recommendations, language) ? recommendations[language] : undefined;
}

/** Names of Docker Hub images whose facts we hold. */
export function knownImages(): readonly string[] {
  return Object.keys(repositories);
}
