import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eolProduct } from "../../src/data/eol.ts";
import { packageRoot } from "../../src/data/package-files.ts";

let server: Server;
let source: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const name = /^\/([\w-]+)\.json$/.exec(request.url ?? "")?.[1];
    const product = name === undefined ? undefined : eolProduct(name === "nodejs" ? "node" : name);
    if (name === "ruby") {
      response.writeHead(503).end();
      return;
    }
    const rows = (product?.cycles ?? []).map(({ cycle, eol }) => ({ cycle, eol }));
    if (name === "nodejs") {
      const changed = rows.map((row) => (row.cycle === "24" ? { ...row, eol: "2028-05-31" } : row));
      response.end(JSON.stringify([{ cycle: "28", eol: false, releaseDate: "2027-04-20" }, ...changed]));
      return;
    }
    response.end(JSON.stringify(rows));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  source = `http://127.0.0.1:${address.port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it("shows what differs from the sources, names what it could not reach, and writes nothing unasked", async () => {
  const child = spawn(process.execPath, ["scripts/update-facts.mjs", "--only", "eol", "--source", source], {
    cwd: packageRoot(),
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(out.trim().split("\n")).toEqual([
    "node 28: new, end of life not announced",
    "node 24: eol 2028-04-30 -> 2028-05-31",
  ]);
  expect(err).toBe(`not reachable: ${source}/ruby.json\n`);
  expect(code).toBe(3);
  expect(eolProduct("node")?.cycles[0]?.cycle).toBe("26");
});
