import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { checkExposure, isLoopback } from "../../src/mcp/http/address.ts";
import { makeRateLimit } from "../../src/mcp/http/rate.ts";
import { checkToken, isAuthorized, makeToken } from "../../src/mcp/http/token.ts";
import { offeredKnowledge } from "../../src/mcp/knowledge.ts";
import { families } from "../../src/mcp/resources.ts";
import { makeTurnstile } from "../../src/mcp/turnstile.ts";

describe("resources", () => {
  it("has one template for each document", async () => {
    const documents = (await offeredKnowledge().documents()).listDocuments();
    expect(documents.length).toBeGreaterThan(30);
    const patterns = families.map(({ template }) => new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`));
    for (const { uri } of documents)
      expect(
        patterns.filter((pattern) => pattern.test(uri)),
        uri,
      ).toHaveLength(1);
  });

  it("has a page for each family, rules included", async () => {
    const knowledge = await offeredKnowledge().documents();
    const uris = knowledge.listDocuments().map(({ uri }) => uri);
    for (const { template } of families) {
      const prefix = template.slice(0, template.indexOf("{"));
      expect(
        uris.some((uri) => uri.startsWith(prefix)),
        template,
      ).toBe(true);
    }
    expect(knowledge.readDocument("dockwright://rules/missing-user")).toMatch(/^# missing-user/);
  });

  it("names every rule in one listed page, because their own pages are not listed", async () => {
    const knowledge = await offeredKnowledge().documents();
    const index = knowledge.readDocument("dockwright://reference/rules") ?? "";
    const named = [...index.matchAll(/^- ([a-z0-9-]+) \(/gm)].map(([, name = ""]) => name);
    const pages = knowledge
      .listDocuments()
      .map(({ uri }) => /^dockwright:\/\/rules\/(.+)$/.exec(uri)?.[1])
      .filter((name) => name !== undefined);
    expect(named).toEqual(pages);
    expect(countTokens(index)).toBeLessThanOrEqual(7000);
  });
});

describe("the turnstile", () => {
  it("lets a few through at a time, in order, also after failures", async () => {
    const turnstile = makeTurnstile(2);
    const { signal } = new AbortController();
    let inside = 0;
    let most = 0;
    const order: number[] = [];
    const work = (id: number) =>
      turnstile(signal, async () => {
        order.push(id);
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        if (id % 2 === 0) throw new Error("broken");
      });
    const results = await Promise.allSettled(Array.from({ length: 9 }, (_, id) => work(id)));
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  });

  it("passes a turn on when its owner gives up as it comes", async () => {
    const turnstile = makeTurnstile(1);
    const { signal } = new AbortController();
    const gaveUp = new AbortController();
    const first = turnstile(signal, async () => "first");
    const second = turnstile(gaveUp.signal, async () => "second");
    const third = turnstile(signal, async () => "third");
    first.then(() => gaveUp.abort());
    expect(await first).toBe("first");
    await second.catch(() => undefined);
    expect(await third).toBe("third");
  });

  it("lets go of a caller that gave up while waiting", async () => {
    const turnstile = makeTurnstile(1);
    const holder = new AbortController();
    let release = (): void => undefined;
    const held = turnstile(
      holder.signal,
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    const waiting = new AbortController();
    const second = turnstile(waiting.signal, async () => "in");
    waiting.abort();
    await expect(second).rejects.toThrow(/cancelled/);
    const third = turnstile(holder.signal, async () => "in");
    release();
    await held;
    expect(await third).toBe("in");
  });
});

describe("the rate limit", () => {
  it("allows a burst, then so many a second, for each client apart", () => {
    let time = 0;
    const allowed = makeRateLimit(3, 2, () => time);
    expect([1, 2, 3, 4].map(() => allowed("a"))).toEqual([true, true, true, false]);
    expect(allowed("b")).toBe(true);
    time = 500;
    expect([1, 2].map(() => allowed("a"))).toEqual([true, false]);
    time = 60_000;
    expect([1, 2, 3, 4].map(() => allowed("a"))).toEqual([true, true, true, false]);
  });

  it("does not grow with the number of clients", () => {
    const allowed = makeRateLimit(1, 0, () => 0);
    expect(allowed("first")).toBe(true);
    expect(allowed("first")).toBe(false);
    for (let client = 0; client < 2_000; client++) allowed(`client ${client}`);
    // Forgotten by then, so it starts anew.
    expect(allowed("first")).toBe(true);
  });
});

describe("the bearer token", () => {
  const token = makeToken();

  it.each([
    [`Bearer ${token}`, true],
    [`bearer  ${token} `, true],
    [`Bearer ${token.slice(1)}`, false],
    [`Bearer ${token}x`, false],
    [token, false],
    [`Basic ${token}`, false],
    ["Bearer ", false],
    [undefined, false],
  ])("%j is %s", (header, expected) => {
    expect(isAuthorized(header, token)).toBe(expected);
  });

  it("must be worth the name", () => {
    expect(checkToken(" 0123456789abcdef\n")).toBe("0123456789abcdef");
    for (const weak of ["", "short", "fifteen letters", "with spaces in between it"]) {
      expect(() => checkToken(weak), weak).toThrow(/at least 16/);
    }
  });
});

describe("where a server may listen", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.9.9.9", true],
    ["::1", true],
    ["[::1]", true],
    ["localhost", true],
    ["0.0.0.0", false],
    ["::", false],
    ["192.168.1.2", false],
    ["127.0.0.1.example", false],
    ["localhost.example", false],
  ])("%s is loopback: %s", (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  const safe = { host: "0.0.0.0", token: "0123456789abcdef", noToken: false, allowedHosts: ["mcp.example"] };

  it("beyond this machine with a token and names", () => {
    expect(() => checkExposure(safe)).not.toThrow();
    expect(() => checkExposure({ ...safe, token: undefined })).toThrow(/needs a token/);
    expect(() => checkExposure({ ...safe, allowedHosts: [] })).toThrow(/needs the names/);
    expect(() => checkExposure({ ...safe, token: undefined, noToken: true })).toThrow(/--no-token/);
  });

  it("on this machine without a token only when that was said", () => {
    const local = { host: "127.0.0.1", token: undefined, noToken: false, allowedHosts: [] };
    expect(() => checkExposure(local)).not.toThrow();
    expect(() => checkExposure({ ...local, noToken: true })).not.toThrow();
    expect(() => checkExposure({ ...safe, host: "127.0.0.1", noToken: true })).toThrow(/contradicts/);
  });
});
