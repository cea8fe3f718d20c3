import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOfLifeOfImage } from "../../src/data/image-eol.ts";
import { hasProgram, type ImageFacts, imageFacts, knownImages, recommended } from "../../src/data/images.ts";

function facts(repository: string, tag?: string, registry?: string): ImageFacts {
  const found = imageFacts({ repository, ...(tag ? { tag } : {}), ...(registry ? { registry } : {}) });
  if (found === undefined) throw new Error(`nothing known about ${repository}:${tag}`);
  return found;
}

describe("what a base image holds", () => {
  it("knows which probe runs where", () => {
    expect(hasProgram(facts("node", "24-slim"), "curl")).toBe(false);
    expect(hasProgram(facts("node", "24-slim"), "node")).toBe(true);
    expect(hasProgram(facts("node", "24-alpine"), "wget")).toBe(true);
    expect(hasProgram(facts("node", "24"), "curl")).toBe(true);
    // Temurin's Ubuntu images lost curl and wget with Java 25.
    expect(hasProgram(facts("eclipse-temurin", "21-jre"), "curl")).toBe(true);
    expect(hasProgram(facts("eclipse-temurin", "25-jre"), "curl")).toBe(false);
    expect(hasProgram(facts("openjdk", "17"), "curl")).toBeUndefined();
    expect(hasProgram(facts("python", "3.13-slim"), "python")).toBe(true);
    expect(hasProgram(facts("nginx", "1.30-alpine"), "curl")).toBe(true);
    expect(hasProgram(facts("distroless/static-debian13", "nonroot", "gcr.io"), "wget")).toBe(false);
    expect(hasProgram(facts("node", "24-slim"), "htop")).toBeUndefined();
  });

  it("tells the libc, the package manager and the shell", () => {
    expect(facts("rust", "1.98-alpine")).toMatchObject({
      libc: "musl",
      packageManager: "apk",
      hasShell: true,
    });
    expect(facts("python", "3.13-slim")).toMatchObject({ libc: "glibc", packageManager: "apt" });
    expect(facts("distroless/cc-debian13", undefined, "gcr.io")).toMatchObject({
      libc: "glibc",
      packageManager: "none",
      hasShell: false,
    });
    expect(facts("distroless/cc-debian13", "debug", "gcr.io").hasShell).toBe(true);
    expect(facts("scratch")).toMatchObject({ libc: "none", hasShell: false, users: [] });
    expect(facts("ubi10/ubi-minimal", "10.1", "registry.access.redhat.com").packageManager).toBe("microdnf");
  });

  it("knows accounts that are already there", () => {
    expect(facts("node", "24-alpine").users).toContainEqual({
      name: "node",
      uid: 1000,
      gid: 1000,
      home: "/home/node",
    });
    expect(facts("eclipse-temurin", "21-jre-noble").users.find((user) => user.uid === 1000)?.name).toBe(
      "ubuntu",
    );
    expect(facts("eclipse-temurin", "21-jre-jammy").users.find((user) => user.uid === 1000)).toBeUndefined();
    expect(facts("gradle", "8-jdk21").users.find((user) => user.uid === 1000)?.name).toBe("gradle");
    expect(facts("python", "3.13-slim").users.find((user) => user.uid === 1000)).toBeUndefined();
    expect(facts("distroless/static-debian13", "nonroot", "gcr.io").defaultUser?.uid).toBe(65532);
    expect(facts("distroless/static-debian13", undefined, "gcr.io").defaultUser).toBeUndefined();
    expect(facts("nginxinc/nginx-unprivileged", "1.30-alpine").defaultUser?.uid).toBe(101);
  });

  it("reads the distribution from the tag, or knows the default", () => {
    expect(facts("node", "24-slim").distribution).toMatchObject({
      product: "debian",
      cycle: "12",
      named: false,
    });
    expect(facts("node", "26-slim").distribution).toMatchObject({
      product: "debian",
      cycle: "13",
      named: false,
    });
    expect(facts("python", "3.13-slim-bookworm").distribution).toMatchObject({ cycle: "12", named: true });
    expect(facts("eclipse-temurin", "25-jre-alpine-3.23").distribution).toMatchObject({
      product: "alpine",
      cycle: "3.23",
    });
    expect(facts("node", "20-slim").distribution).toBeUndefined();
  });

  it("names the smaller variant of a full image in the repository's own spelling", () => {
    expect(facts("python", "3.13").slimmer).toBe("python:3.13-slim");
    expect(facts("python", "3.13-bookworm").slimmer).toBe("python:3.13-slim-bookworm");
    expect(facts("node", "24-bookworm").slimmer).toBe("node:24-bookworm-slim");
    expect(facts("eclipse-temurin", "21-jdk-alpine").full).toBe(false);
    expect(facts("eclipse-temurin", "21-jdk").slimmer).toBe("eclipse-temurin:21-jre");
    expect(facts("python", "3.13-slim").slimmer).toBeUndefined();
    expect(facts("golang", "1.27").slimmer).toBeUndefined();
  });

  it("knows which Python distroless holds, and that its ENTRYPOINT is the interpreter", () => {
    expect(facts("distroless/python3-debian13", undefined, "gcr.io").language?.version).toBe("3.13");
    expect(facts("distroless/python3-debian12", undefined, "gcr.io").language?.version).toBe("3.11");
    expect(facts("distroless/nodejs24-debian13", undefined, "gcr.io").entrypoint).toEqual([
      "/nodejs/bin/node",
    ]);
  });

  it("reads the language version out of build tool tags", () => {
    expect(facts("maven", "3.9-eclipse-temurin-21").language?.version).toBe("21");
    expect(facts("gradle", "8.14-jdk17-alpine").language?.version).toBe("17");
    expect(facts("node", "krypton-slim").language?.version).toBe("24");
  });

  it("does not take somebody's image for the official one", () => {
    expect(imageFacts({ repository: "mycompany/python", tag: "3.13" })).toBeUndefined();
    expect(imageFacts({ registry: "registry.example", repository: "python", tag: "3.13" })).toBeUndefined();
    expect(imageFacts({ repository: "constructor" })).toBeUndefined();
    expect(facts("docker/library/node", "24", "public.ecr.aws").name).toBe("node");
  });

  it.each(knownImages())("has facts for %s and its usual flavours", (name) => {
    for (const tag of [undefined, "latest", "1-slim", "1-alpine", "1-jre-alpine"]) {
      expect(facts(name, tag).users.some((user) => user.uid === 0)).toBe(true);
    }
  });
});

describe("any reference", () => {
  const words = fc.constantFrom(
    "3.12",
    "slim",
    "alpine",
    "alpine3.20",
    "jre",
    "constructor",
    "bookworm",
    "debug",
    "",
    "lts",
  );
  const tag = fc.array(fc.oneof(words, fc.string()), { maxLength: 6 }).map((parts) => parts.join("-"));
  const name = fc.oneof(
    fc.constantFrom(...knownImages(), "__proto__", "distroless/java21-debian13", "dotnet/sdk", "ubi9/ubi"),
    fc.string(),
  );
  const registry = fc.constantFrom(
    undefined,
    "docker.io",
    "gcr.io",
    "mcr.microsoft.com",
    "registry.access.redhat.com",
    "cgr.dev",
  );

  it("gets an answer or none, never an exception", () => {
    fc.assert(
      fc.property(registry, name, tag, (where, repository, label) => {
        const image = { repository, tag: label, ...(where === undefined ? {} : { registry: where }) };
        const found = imageFacts(image);
        if (found?.language?.version !== undefined) expect(found.language.version).toMatch(/^\d+(\.\d+)*$/);
        const ended = endOfLifeOfImage(image, "2026-11-21");
        if (ended !== undefined) expect(ended.replacement).not.toBe("");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("recommended versions", () => {
  it.each(["node", "python", "go", "rust", "java"])("are alive and minimal for %s", (language) => {
    const advice = recommended(language);
    if (advice === undefined) throw new Error("no recommendation");
    for (const image of [advice.image, advice.hardened]) {
      const [name = "", tag = ""] = image.split(":");
      const reference = name.startsWith("gcr.io/")
        ? { registry: "gcr.io", repository: name.slice(7), tag }
        : { repository: name, tag };
      expect(imageFacts(reference)).toBeDefined();
      expect(endOfLifeOfImage(reference, "2026-11-21")).toBeUndefined();
    }
  });
});
