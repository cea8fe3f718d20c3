// Runs the whole official MCP conformance suite, for both revisions, against the suite's fixtures on our HTTP layer.
// What is expected to fail, and why, is in test/mcp/conformance/expected-failures.<revision>.yml; an entry that
// passes fails the run.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const suite = [
  "-y",
  "-p",
  "node@22",
  "-p",
  "@modelcontextprotocol/conformance@0.2.0-alpha.12",
  "conformance",
  "server",
];
const verbose = process.argv.includes("--verbose");

const results = mkdtempSync(path.join(tmpdir(), "dockwright-conformance-"));
const server = spawn(process.execPath, ["--import", "tsx", "test/mcp/conformance/fixtures.ts"], {
  stdio: ["ignore", "inherit", "pipe"],
});
try {
  const url = await listening(server);
  let failed = false;
  for (const revision of ["2025-11-25", "2026-07-28"]) {
    const baseline = `test/mcp/conformance/expected-failures.${revision}.yml`;
    const args = [
      ...suite,
      "--url",
      url,
      "--requirements",
      revision,
      "--expected-failures",
      baseline,
      "-o",
      results,
    ];
    const { status, stdout, stderr } = spawnSync("npx", args, {
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
    });
    const output = `${stdout}${stderr}`;
    const summary = output.slice(Math.max(output.lastIndexOf("SUMMARY"), 0));
    console.log(`== ${revision}: ${status === 0 ? "as expected" : "NOT as expected"}`);
    console.log(verbose ? output : summary);
    if (status !== 0) failed = true;
  }
  process.exitCode = failed ? 1 : 0;
} finally {
  server.kill("SIGTERM");
  await once(server, "exit");
  rmSync(results, { recursive: true, force: true });
}

/** The address a started server says it listens on. */
function listening(child) {
  let text = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      text += chunk;
      const url = /listening on (\S+)/.exec(text)?.[1];
      if (url) resolve(url);
    });
    child.once("exit", () => reject(new Error(`the server did not start: ${text}`)));
  });
}
