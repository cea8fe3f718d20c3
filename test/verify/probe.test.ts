import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { parseImageConfig } from "../../src/image/config.ts";
import { parseProbe } from "../../src/verify/parse.ts";
import { resolveProbe, tryHttp } from "../../src/verify/probe.ts";

it("a path of any characters is asked for", async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  for (const text of ["8080/über?q=%20ß", "8080/a%2Fb"]) {
    const probe = parseProbe(text);
    expect(probe.kind === "http" && (await tryHttp(port, probe.path, undefined))).toMatchObject({ ok: true });
  }
  server.close();
  expect(asked).toEqual(["/%C3%BCber?q=%20%C3%9F", "/a%2Fb"]);
});

it("a health check with a port that does not exist names no probe", () => {
  const config = parseImageConfig(
    { config: { Healthcheck: { Test: ["CMD-SHELL", "curl -f http://localhost:99999/health"] } } },
    "an image",
  );
  expect(resolveProbe(undefined, config)).toBeUndefined();
});
