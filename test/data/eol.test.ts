import { describe, expect, it } from "vitest";
import { endOfLife, eolProduct, eolProducts, isEndOfLife, supportedCycles } from "../../src/data/eol.ts";
import { endOfLifeOfImage } from "../../src/data/image-eol.ts";
import type { ImageReference } from "../../src/data/images.ts";

const TODAY = "2026-11-21";
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Takes `registry.example/name:tag` apart, as far as these tests need. */
function reference(text: string): ImageReference {
  const match = /^(?:([^/]+\.[^/]+)\/)?([^:]+)(?::(.*))?$/.exec(text);
  const [, registry, repository = "", tag] = match ?? [];
  return { ...(registry ? { registry } : {}), repository, ...(tag ? { tag } : {}) };
}

describe("end-of-life dates", () => {
  it.each(eolProducts())("holds real days and a source for %s, newest cycle first", (name) => {
    const product = eolProduct(name);
    expect(product?.source).toMatch(/^https:\/\//);
    for (const cycle of product?.cycles ?? []) {
      if (cycle.eol === false) continue;
      expect(cycle.eol).toMatch(DAY);
      expect(new Date(cycle.eol).toISOString().slice(0, 10)).toBe(cycle.eol);
      if (cycle.released !== undefined) expect(cycle.released < cycle.eol).toBe(true);
    }
  });

  it("finds the line of a longer version and of a code name", () => {
    expect(endOfLife("python", "3.12.4")?.cycle).toBe("3.12");
    expect(endOfLife("debian", "bookworm")?.cycle).toBe("12");
    expect(endOfLife("node", "lts")).toBeUndefined();
    expect(endOfLife("python", "3")).toBeUndefined();
    expect(endOfLife("cobol", "1")).toBeUndefined();
  });

  it("counts a version older than all it knows as ended, and says the date is a bound", () => {
    expect(endOfLife("rust", "1.75")).toMatchObject({ latestPossible: true });
    expect(isEndOfLife("rust", "1.75", TODAY)).toBe(true);
    expect(isEndOfLife("go", "1.9", TODAY)).toBe(true);
  });

  it("switches on the very day", () => {
    expect(isEndOfLife("node", "20", "2026-04-29")).toBe(false);
    expect(isEndOfLife("node", "20", "2026-04-30")).toBe(true);
  });

  it("lists what is supported", () => {
    expect(supportedCycles("node", TODAY).map((one) => one.cycle)).toEqual(["26", "24", "22"]);
    expect(supportedCycles("go", TODAY).map((one) => one.cycle)).toEqual(["1.27", "1.26"]);
    expect(supportedCycles("node", "2026-01-01").map((one) => one.cycle)).toContain("20");
  });
});

describe("end of life of an image", () => {
  it.each([
    ["node:20-alpine", "node", "node:24-alpine"],
    ["node:20.11.1-bookworm-slim", "node", "node:24-trixie-slim"],
    ["node:18-bullseye-slim", "node", "node:24-trixie-slim"],
    ["node:24-alpine3.20", "alpine", "node:24-alpine3.24"],
    ["python:3.9-slim", "python", "python:3.14-slim"],
    ["python:3.12-slim-bookworm", "debian", "python:3.12-slim-trixie"],
    ["docker.io/library/python:3.8", "python", "docker.io/library/python:3.14"],
    ["golang:1.22-alpine", "go", "golang:1.27-alpine"],
    ["rust:1.75-alpine", "rust", "rust:1.98-alpine"],
    ["maven:3.9-eclipse-temurin-20", "java", "maven:3.9-eclipse-temurin-25"],
    ["gradle:8-jdk20-alpine", "java", "gradle:8-jdk25-alpine"],
    ["gcr.io/distroless/static-debian12", "distroless", "gcr.io/distroless/static-debian13:nonroot"],
    ["gcr.io/distroless/nodejs20-debian12", "node", "gcr.io/distroless/nodejs24-debian13:nonroot"],
    ["gcr.io/distroless/java21-debian12:nonroot", "distroless", "gcr.io/distroless/java21-debian13:nonroot"],
    ["debian:bullseye-slim", "debian", "debian:trixie-slim"],
    ["ubuntu:20.04", "ubuntu", "ubuntu:26.04"],
    ["alpine:3.18", "alpine", "alpine:3.24"],
    ["nginx:1.25-alpine", "nginx", "nginx:1.30-alpine"],
    ["php:7.4-fpm-alpine3.16", "php", "php:8.5-fpm-alpine3.24"],
    ["mcr.microsoft.com/dotnet/aspnet:8.0-alpine", "dotnet", "mcr.microsoft.com/dotnet/aspnet:10.0-alpine"],
    ["centos:7", "centos", "rockylinux:9"],
    ["openjdk:11-jre-slim", "openjdk", "eclipse-temurin:11-jre"],
    ["ruby:2.5-onbuild", "ruby", "ruby:4.0"],
  ])("%s: %s, use %s", (image, product, replacement) => {
    const ended = endOfLifeOfImage(reference(image), TODAY);
    expect(ended).toMatchObject({ product, replacement });
    expect(ended?.eol).toMatch(DAY);
  });

  it("replaces nothing by something that has ended itself", () => {
    for (const image of [
      "node:16",
      "python:3.7-alpine3.15",
      "golang:1.18-bullseye",
      "ubuntu:focal",
      "postgres:11",
    ]) {
      const next = endOfLifeOfImage(reference(image), TODAY)?.replacement ?? "";
      expect(next).not.toBe("");
      expect(endOfLifeOfImage(reference(next), TODAY)).toBeUndefined();
    }
  });

  it.each([
    "node:24-slim",
    "node:lts",
    "python:3.13-slim",
    "golang:1.27",
    "eclipse-temurin:21-jre",
    "ubuntu:24.04",
    "alpine",
    "registry.example/team/python:2.7",
    "gcr.io/distroless/static-debian13:nonroot",
    "scratch",
  ])("says nothing about %s", (image) => {
    expect(endOfLifeOfImage(reference(image), TODAY)).toBeUndefined();
  });

  it("tells apart what somebody still patches and what only ever supports the newest", () => {
    expect(endOfLifeOfImage(reference("debian:bookworm"), TODAY)?.extended?.until).toBe("2028-06-30");
    expect(endOfLifeOfImage(reference("rust:1.97"), TODAY)?.rolling).toBe(true);
    expect(endOfLifeOfImage(reference("node:20"), TODAY)?.rolling).toBe(false);
  });
});
