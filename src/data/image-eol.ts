import { type Cycle, endOfLife, eolProduct, supportedCycles } from "./eol.ts";
import { hubName, type ImageFacts, type ImageReference, imageFacts, recommended } from "./images.ts";

/** A base image, or the distribution in it, whose standard support has ended. */
export interface ImageEndOfLife {
  /** `node`, `debian`, `distroless`, or the image's own name when the image itself was given up. */
  readonly product: string;
  /** For sentences: "Node.js 20", "Debian 12 (bookworm)". */
  readonly title: string;
  readonly cycle: string;
  /** YYYY-MM-DD, in the past. */
  readonly eol: string;
  /** Image to use instead, flavour kept where it exists: `node:24-alpine`. */
  readonly replacement: string;
  /** Only the newest release of this product is ever supported (Rust, nginx): less urgent. */
  readonly rolling: boolean;
  /** Somebody still gives security fixes after `eol` (Debian LTS): less urgent until then. */
  readonly extended?: { readonly until: string; readonly by: string };
  /** `eol` is the latest day it can have been. */
  readonly latestPossible?: boolean;
}

/**
 * The first thing in a base image that is past its end of life on `today` (YYYY-MM-DD): an image given up, the
 * language or server it carries, or the distribution its tag names (`python:3.12-slim-bookworm`,
 * `node:24-alpine3.20`). Undefined when all is supported or nothing is known.
 */
export function endOfLifeOfImage(image: ImageReference, today: string): ImageEndOfLife | undefined {
  const facts = imageFacts(image);
  if (facts === undefined) return undefined;
  if (facts.deprecated !== undefined && facts.deprecated.since <= today) {
    return {
      product: facts.name,
      title: facts.name,
      cycle: image.tag ?? "latest",
      eol: facts.deprecated.since,
      replacement: successor(facts, facts.deprecated.replacement),
      rolling: false,
    };
  }
  const carried = carriedProduct(image, facts);
  if (carried !== undefined) {
    const ended = past(carried.product, carried.version, today);
    if (ended !== undefined) return report(image, facts, carried.product, ended, today);
  }
  const base = facts.distribution;
  if (facts.family === "distroless" && base !== undefined && facts.name.startsWith("gcr.io/")) {
    const ended = past("distroless", `debian${base.cycle}`, today);
    return ended === undefined ? undefined : report(image, facts, "distroless", ended, today);
  }
  if (base?.named === true) {
    const ended = past(base.product, base.cycle, today);
    if (ended !== undefined) return report(image, facts, base.product, ended, today);
  }
  return undefined;
}

type Ended = Cycle & { readonly eol: string };

function past(product: string, version: string, today: string): Ended | undefined {
  const line = endOfLife(product, version);
  if (line === undefined || line.eol === false || line.eol > today) return undefined;
  return { ...line, eol: line.eol };
}

const SERVERS = new Map([
  ["nginx", "nginx"],
  ["nginxinc/nginx-unprivileged", "nginx"],
  ["postgres", "postgres"],
  ["mysql", "mysql"],
  ["php", "php"],
  ["ruby", "ruby"],
  ["centos", "centos"],
  ["rockylinux", "rhel"],
  ["almalinux", "rhel"],
  ["amazonlinux", "amazonlinux"],
  ["gradle", "gradle"],
]);

/** The product whose version the tag states: the language of a language image, the server of a server image. */
function carriedProduct(
  image: ImageReference,
  facts: ImageFacts,
): { readonly product: string; readonly version: string } | undefined {
  if (facts.language?.version !== undefined)
    return { product: facts.language.name, version: facts.language.version };
  const product = SERVERS.get(hubName(image) ?? "");
  const version = /^(?:al)?(\d+(?:\.\d+)*)/.exec(image.tag ?? "")?.[1];
  return product === undefined || version === undefined ? undefined : { product, version };
}

function report(
  image: ImageReference,
  facts: ImageFacts,
  product: string,
  ended: Ended,
  today: string,
): ImageEndOfLife {
  const known = eolProduct(product);
  const codename = ended.codename === undefined ? "" : ` (${ended.codename})`;
  return {
    product,
    title: `${known?.title ?? product} ${ended.cycle.replace(/^debian/, "on Debian ")}${codename}`,
    cycle: ended.cycle,
    eol: ended.eol,
    replacement: replacement(image, facts, product, ended, today),
    rolling: known?.rolling ?? false,
    ...(ended.extended === undefined ? {} : { extended: ended.extended }),
    ...(ended.latestPossible === true ? { latestPossible: true } : {}),
  };
}

function replacement(
  image: ImageReference,
  facts: ImageFacts,
  product: string,
  ended: Ended,
  today: string,
): string {
  const tag = image.tag ?? "latest";
  const prefix = image.registry === undefined ? "" : `${image.registry}/`;
  if (facts.family === "distroless" && facts.name.startsWith("gcr.io/distroless/")) {
    const kind = image.repository.replace(/-debian\d+$/, "").replace(/(nodejs|java)\d+$/, "$1");
    const named = /\/(?:nodejs|java)$/.test(kind);
    const old = facts.language?.version;
    const current = !named
      ? ""
      : product === "distroless" && old !== undefined
        ? old
        : newest(product, today);
    const known = /nonroot|debug/.test(tag) ? tag : "nonroot";
    return `${prefix}${kind}${current ?? ""}-debian13:${known}`;
  }
  const version = newest(product, today);
  // Nothing of this product is supported any more: the nearest living relative.
  if (version === undefined) return product === "centos" ? "rockylinux:9" : `${prefix}${image.repository}`;
  const words = modernSuites(tag, today);
  const base = facts.distribution;
  if (
    base?.named === true &&
    base.product === product &&
    image.repository.replace(/^library\//, "") !== product
  ) {
    return `${prefix}${image.repository}:${words}`;
  }
  if (product === "java" && facts.name !== "eclipse-temurin") return javaTool(facts, tag, version);
  if (facts.name === "ghcr.io/astral-sh/uv") {
    return `${prefix}${image.repository}:${words.replace(/^python[\d.]+/, `python${version}`)}`;
  }
  const dotted = product === "dotnet" ? `${version}.0` : version;
  // Variants that were given up have no successor of their name.
  const rest = words.replace(/^[^-]*/, "").replace(/-onbuild\b/, "");
  const named = ended.codename !== undefined && tag.startsWith(ended.codename);
  const head = named ? (endOfLife(product, version)?.codename ?? dotted) : dotted;
  return `${prefix}${image.repository}:${head}${rest}`;
}

/** The tag with distributions that have ended replaced by the current ones. */
function modernSuites(tag: string, today: string): string {
  const debian = endOfLife("debian", newest("debian", today) ?? "")?.codename;
  const ubuntu = endOfLife("ubuntu", newest("ubuntu", today) ?? "")?.codename;
  const alpine = newest("alpine", today);
  return tag
    .split("-")
    .map((word, index) => {
      if (index === 0) return word;
      const release = /^alpine(\d+\.\d+)$/.exec(word)?.[1];
      if (release !== undefined && alpine !== undefined)
        return past("alpine", release, today) ? `alpine${alpine}` : word;
      if (debian !== undefined && past("debian", word, today)?.codename === word) return debian;
      if (ubuntu !== undefined && past("ubuntu", word, today)?.codename === word) return ubuntu;
      return word;
    })
    .join("-");
}

/** What to move to: the recommended version of a language, else the newest supported LTS line, else the newest line. */
function newest(product: string, today: string): string | undefined {
  const advice = recommended(product);
  if (advice !== undefined) return advice.version;
  const lines = supportedCycles(product, today);
  const stable =
    product === "nginx" ? lines.filter((line) => Number(line.cycle.split(".")[1]) % 2 === 0) : lines;
  return (lines.find((line) => line.lts !== undefined && line.lts !== false) ?? stable[0] ?? lines[0])?.cycle;
}

function successor(facts: ImageFacts, image: string): string {
  if (image.includes(":") || facts.language?.name !== "java") return image;
  const version = facts.language.version?.split(".")[0];
  const current =
    version !== undefined && endOfLife("java", version)?.lts === true
      ? version
      : recommended("java")?.version;
  return `${image}:${current ?? "25"}-jre`;
}

/** `maven:3.9-eclipse-temurin-20` and `gradle:8-jdk20` carry the Java version inside the tag. */
function javaTool(facts: ImageFacts, tag: string, version: string): string {
  const old = facts.language?.version ?? "";
  return `${facts.name}:${tag.replace(new RegExp(`(jdk|-)${old}(?=-|$)`), `$1${version}`)}`;
}
