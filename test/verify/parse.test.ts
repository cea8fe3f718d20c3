import { describe, expect, test } from "vitest";
import { InputError } from "../../src/security/errors.ts";
import { parseAssignments, parseProbe, parseSecret, parseService } from "../../src/verify/parse.ts";

describe("probes", () => {
  test.each([
    ["8080/health", { kind: "http", port: 8080, path: "/health" }],
    ["http://localhost:8080/health=204", { kind: "http", port: 8080, path: "/health", status: 204 }],
    ["/ready?full=1", { kind: "http", path: "/ready?full=1" }],
    ["tcp:5432", { kind: "tcp", port: 5432 }],
    [":9000", { kind: "tcp", port: 9000 }],
    ["exec:app --check 'a b'", { kind: "command", command: ["app", "--check", "a b"] }],
    ["exits", { kind: "exits" }],
    ["exits:convert --to 'a b'", { kind: "exits", arguments: ["convert", "--to", "a b"] }],
  ])("%s", (text, probe) => {
    expect(parseProbe(text)).toEqual(probe);
  });

  test.each(["", "health", "tcp:99999", "ftp://x/"])("%j is refused", (text) => {
    expect(() => parseProbe(text)).toThrow(InputError);
  });
});

describe("services", () => {
  test("image and environment", () => {
    expect(parseService("db=postgres:18 POSTGRES_PASSWORD='a b' POSTGRES_DB=x")).toEqual({
      alias: "db",
      image: "postgres:18",
      env: { POSTGRES_PASSWORD: "a b", POSTGRES_DB: "x" },
    });
  });

  test.each(["postgres:18", "=postgres", "db=--privileged", "db=postgres -v /:/host"])(
    "%j is refused",
    (text) => {
      expect(() => parseService(text)).toThrow(InputError);
    },
  );
});

describe("secrets", () => {
  test.each([
    ["id=TOKEN,env=NPM_TOKEN", { id: "TOKEN", env: "NPM_TOKEN" }],
    ["id=npmrc,src=conf/.npmrc", { id: "npmrc", path: "conf/.npmrc" }],
    ["TOKEN", { id: "TOKEN", canary: true }],
  ])("%s", (text, secret) => {
    expect(parseSecret(text)).toEqual(secret);
  });

  test("a value given by mistake is refused and not repeated", () => {
    const refuse = (): unknown => parseSecret("id=TOKEN,value=hunter2hunter2");
    expect(refuse).toThrow(InputError);
    expect(refuse).not.toThrow(/hunter2/);
  });
});

test("assignments keep what follows the first =", () => {
  expect(parseAssignments(["A=b=c", "B="], "variable")).toEqual({ A: "b=c", B: "" });
  expect(() => parseAssignments(["just-a-secret"], "variable")).toThrow(InputError);
});
