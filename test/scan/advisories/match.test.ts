import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { apiAdvisories } from "../../../src/scan/advisories/api.ts";
import { matchAdvisories } from "../../../src/scan/advisories/match.ts";
import { offlineAdvisories } from "../../../src/scan/advisories/offline.ts";
import type { AdvisorySource } from "../../../src/scan/advisories/types.ts";
import type { ImagePackage } from "../../../src/scan/packages/types.ts";
import { makeFolder } from "../../image/open.ts";
import { makeZip } from "../../image/zip.ts";
import { affected, osvRecord } from "./records.ts";

const folder = await makeFolder();
const signal = new AbortController().signal;

const records = [
  osvRecord({
    id: "GHSA-aaaa-bbbb-cccc",
    aliases: ["CVE-2026-0001"],
    summary: "Prototype pollution\u001b[31m in lodash",
    database_specific: { severity: "HIGH" },
    affected: [affected("npm", "lodash", [{ introduced: "0" }, { fixed: "4.17.21" }])],
  }),
  osvRecord({
    id: "PYSEC-2026-7",
    aliases: ["CVE-2026-0002"],
    modified: "2026-11-20T00:00:00Z",
    severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
    affected: [affected("PyPI", "my-lib", [{ introduced: "0" }, { fixed: "2.0" }])],
  }),
  osvRecord({
    id: "GHSA-dddd-eeee-ffff",
    aliases: ["CVE-2026-0002", "PYSEC-2026-7"],
    database_specific: { severity: "MODERATE" },
    affected: [affected("PyPI", "my_lib", [{ introduced: "1.0" }, { fixed: "1.9.1" }])],
  }),
  osvRecord({
    id: "DEBIAN-CVE-2026-0003",
    upstream: ["CVE-2026-0003"],
    affected: [
      affected("Debian:13", "openssl", [{ introduced: "0" }, { fixed: "3.5.4-1" }], {
        ecosystem_specific: { urgency: "not yet assigned" },
      }),
    ],
  }),
  osvRecord({
    id: "GO-2026-0004",
    affected: [affected("Go", "stdlib", [{ introduced: "0" }, { fixed: "1.27.2" }])],
  }),
];

for (const ecosystem of ["npm", "PyPI", "Debian", "Go"]) {
  const own = records.filter((one) => JSON.stringify(one).includes(`"ecosystem":"${ecosystem}`));
  await mkdir(path.join(folder, "osv-scanner", ecosystem), { recursive: true });
  const files = Object.fromEntries(own.map((one, index) => [`${index}.json`, JSON.stringify(one)]));
  await writeFile(
    path.join(folder, "osv-scanner", ecosystem, "all.zip"),
    makeZip({ ...files, "damaged.json": '{"id": "X", "name": "lodash"' }),
  );
}

function installed(
  parts: Partial<ImagePackage> & Pick<ImagePackage, "name" | "version" | "ecosystem" | "kind">,
): ImagePackage {
  return {
    purl: `pkg:${parts.kind}/${parts.name}@${parts.version}`,
    path: `/app/${parts.name}`,
    layer: { index: 1, instruction: "COPY . /app" },
    inFinalImage: true,
    ...parts,
  };
}

const debian = {
  distribution: { id: "debian", version: "13" },
  ecosystem: "Debian:13",
  kind: "deb",
} as const;
const packages = [
  installed({ kind: "npm", name: "lodash", version: "4.17.20", ecosystem: "npm" }),
  installed({ kind: "npm", name: "lodash", version: "4.17.20", ecosystem: "npm", path: "/b/lodash" }),
  installed({ kind: "pypi", name: "My_Lib", version: "1.5", ecosystem: "PyPI" }),
  installed({
    ...debian,
    name: "libssl3t64",
    version: "3.5.1-1+b1",
    sourceName: "openssl",
    sourceVersion: "3.5.1-1",
  }),
  installed({ ...debian, name: "openssl", version: "3.5.4-1" }),
  installed({ kind: "golang", name: "stdlib", version: "1.27.1", ecosystem: "Go" }),
  // None of these is compared with anything.
  installed({ kind: "npm", name: "lodash", version: "4.0.0", ecosystem: "npm", inFinalImage: false }),
  installed({ kind: "npm", name: "lodash", version: "4.1.0", ecosystem: "npm", partOf: "node-lodash" }),
  installed({ kind: "cargo", name: "tokio", version: "1.0.0", ecosystem: "crates.io" }),
  installed({ kind: "generic", name: "node", version: "24.1.0", ecosystem: "" }),
  installed({ kind: "maven", name: "app", version: "1", ecosystem: "Maven", guessed: true }),
  installed({ kind: "golang", name: "example.org/app", version: "", ecosystem: "Go" }),
  installed({ kind: "pypi", name: "my-lib", version: "trunk", ecosystem: "PyPI", path: "/c" }),
];

const server = await serve();
const sources: readonly (readonly [string, () => AdvisorySource])[] = [
  ["a directory", () => offlineAdvisories(folder)],
  ["the API", () => apiAdvisories({ fetch, url: server.url })],
];

it.each(sources)("finds what applies, once for each vulnerability and package: %s", async (_, source) => {
  const { findings } = await matchAdvisories(packages, source(), { signal });
  const short = findings.map((one) => [
    one.id,
    one.package?.name,
    one.severity,
    one.severitySource,
    one.fixedVersion,
  ]);
  expect(short).toEqual([
    ["CVE-2026-0002", "My_Lib", "critical", "pypa, CVSS 3.1: 9.8", "1.9.1"],
    ["CVE-2026-0001", "lodash", "high", "github", "4.17.21"],
    ["CVE-2026-0003", "libssl3t64", "medium", "not rated", "3.5.4-1"],
    ["GO-2026-0004", "stdlib", "medium", "not rated", "1.27.2"],
  ]);
  expect(findings[0]).toMatchObject({
    aliases: ["GHSA-dddd-eeee-ffff", "PYSEC-2026-7"],
    ratings: [
      { source: "pypa, CVSS 3.1: 9.8", severity: "critical" },
      { source: "github", severity: "medium" },
    ],
    path: "/app/My_Lib",
    layer: { index: 1 },
    inFinalImage: true,
  });
  expect(findings[1]?.title).toBe("Prototype pollution in lodash");
  expect(findings[2]?.package).toMatchObject({ source: "openssl", ecosystem: "Debian:13" });
});

it("says what was compared with nothing, how old the data is, and what could not be read", async () => {
  const { notMatched, data, notes, matchedPackages } = await matchAdvisories(
    packages,
    offlineAdvisories(folder),
    {
      signal,
    },
  );
  expect(notMatched).toEqual([
    "programs that no package manager installed: node 24.1.0",
    "Java archives without Maven coordinates: app 1",
    "Go packages that state no version: example.org/app",
    "crates.io packages: no advisory data of this ecosystem: tokio",
    "PyPI packages whose version cannot be compared: my-lib trunk",
  ]);
  expect(data).toContainEqual({ ecosystem: "PyPI", records: 3, newest: "2026-11-20T00:00:00Z" });
  expect(notes).toContain("1 records of npm could not be read");
  expect(matchedPackages).toBe(6);
});

it("without any data nothing is called clean", async () => {
  const { findings, notMatched, matchedPackages } = await matchAdvisories(
    packages,
    offlineAdvisories(path.join(folder, "none")),
    { signal },
  );
  expect(findings).toEqual([]);
  expect(matchedPackages).toBe(0);
  expect(notMatched).toContainEqual(expect.stringMatching(/^Debian:13 packages: no advisory data/));
});

it("the API is asked in batches of one ecosystem, page by page, and again when it is busy", async () => {
  const many = Array.from({ length: 1200 }, (_, index) =>
    installed({ kind: "npm", name: `p${index}`, version: "1.0.0", ecosystem: "npm" }),
  );
  server.batches.length = 0;
  await matchAdvisories([...many, ...packages], apiAdvisories({ fetch, url: server.url }), { signal });
  expect(server.batches.every((batch) => new Set(batch).size === 1 && batch.length <= 500)).toBe(true);
  expect(server.batches.filter(([ecosystem]) => ecosystem === "npm").map((batch) => batch.length)).toEqual([
    500, 500, 201, 1,
  ]);
});

it("an API that cannot be reached, or answers with something else, is an error that says what to do", async () => {
  const unreachable = apiAdvisories({ fetch, url: "http://127.0.0.1:1" });
  await expect(matchAdvisories(packages, unreachable, { signal })).rejects.toThrow("cannot be reached");
  const other = apiAdvisories({ fetch, url: `${server.url}/other` });
  await expect(matchAdvisories(packages, other, { signal })).rejects.toThrow("answered with no JSON");
});

it("an API whose answer breaks off is one that cannot be reached", async () => {
  const broken = async (): Promise<Response> =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) }));
  const source = apiAdvisories({ fetch: broken, url: "https://osv.example" });
  await expect(matchAdvisories(packages, source, { signal })).rejects.toMatchObject({
    kind: "input",
    message: expect.stringContaining("cannot be reached"),
  });
});

it("stops when it is cancelled", async () => {
  const cancelled = AbortSignal.abort();
  await expect(
    matchAdvisories(packages, apiAdvisories({ fetch, url: server.url }), { signal: cancelled }),
  ).rejects.toThrow("cancelled");
});

/** A small osv.dev: knows the records above, gives lodash's on the second page, is busy once, refuses crates.io. */
async function serve(): Promise<{ readonly url: string; readonly batches: string[][] }> {
  const batches: string[][] = [];
  let busy = true;
  const http: Server = createServer((request, response) => {
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const [, id] = /^\/v1\/vulns\/(.+)$/.exec(request.url ?? "") ?? [];
    if (request.url?.startsWith("/other")) {
      response.end("<html>");
      return;
    }
    if (id !== undefined) {
      const record = records.find((one) => "id" in one && one.id === id);
      send(record === undefined ? 404 : 200, record ?? {});
      return;
    }
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      if (busy) {
        busy = false;
        send(503, {});
        return;
      }
      const {
        queries,
      }: {
        queries: { package: { ecosystem: string; name: string }; version: string; page_token?: string }[];
      } = JSON.parse(text);
      batches.push(queries.map((query) => query.package.ecosystem));
      if (queries.some((query) => query.package.ecosystem === "crates.io")) {
        send(400, { code: 3, message: "Invalid ecosystem." });
        return;
      }
      const answers: Readonly<Record<string, readonly string[]>> = {
        "My_Lib 1.5": ["PYSEC-2026-7", "GHSA-dddd-eeee-ffff"],
        "openssl 3.5.1-1": ["DEBIAN-CVE-2026-0003"],
        "stdlib 1.27.1": ["GO-2026-0004"],
      };
      send(200, {
        results: queries.map((query) => {
          const { name } = query.package;
          if (name === "lodash") {
            return query.page_token === "2"
              ? { vulns: [{ id: "GHSA-aaaa-bbbb-cccc" }] }
              : { next_page_token: "2" };
          }
          return { vulns: (answers[`${name} ${query.version}`] ?? []).map((one) => ({ id: one })) };
        }),
      });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  afterAll(() => new Promise((resolve) => http.close(resolve)));
  const address = http.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, batches };
}
