import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { needlesOf, partsOf } from "../../src/verify/secrets/needles.ts";

const found = (value: string, text: string | Buffer): string[] =>
  needlesOf(value)
    .filter(({ bytes }) => Buffer.from(text).includes(bytes))
    .map(({ form }) => form);

const secret = "s3cr3t-value/with+signs=%";

describe("the forms of a value", () => {
  test.each([
    ["plain", `token=${secret}\n`],
    ["base64", Buffer.from(secret).toString("base64")],
    ["base64", Buffer.from(`user:${secret}@host`).toString("base64")],
    ["hex", Buffer.from(secret).toString("hex")],
    ["hex", Buffer.from(secret).toString("hex").toUpperCase()],
    ["url", `https://x/?t=${encodeURIComponent(secret)}`],
    ["utf16", Buffer.from(secret, "utf16le")],
  ])("%s", (form, text) => {
    expect(found(secret, text)).toContain(form);
  });

  test("base64url", () => {
    const value = "zz>>>???~~~9token";
    expect(found(value, Buffer.from(value).toString("base64url"))).toContain("base64url");
  });

  test("base64 is found wherever the value stands in what was encoded", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
        fc.string({ maxLength: 20 }),
        (before, after) => {
          expect(
            found("Zk4q8W2mXr0Tb7Lp", Buffer.from(`${before}Zk4q8W2mXr0Tb7Lp${after}`).toString("base64")),
          ).toContain("base64");
        },
      ),
    );
  });

  test("another value is not found", () => {
    expect(found(secret, "s3cr3t-value without the rest, and c2VjcmV0")).toEqual([]);
  });
});

describe("what of a secret is searched", () => {
  test("a token as a whole", () => {
    expect(partsOf("npm_4kJ8sLq0ZxT2\n")).toEqual(["npm_4kJ8sLq0ZxT2"]);
  });

  test("the token in a file of settings, not the settings", () => {
    const parts = partsOf(
      "registry=https://r.example/\n//r.example/:_authToken=npm_4kJ8sLq0ZxT2vB\nalways-auth=true\n",
    );
    expect(parts).toContain("npm_4kJ8sLq0ZxT2vB");
    expect(parts).not.toContain("true");
  });

  test.each(["short", "aaaaaaaaaaaaaaaa", ""])("nothing of %j, which is everywhere", (value) => {
    expect(partsOf(value)).toEqual([]);
  });
});
