// Runs the scenarios of the official MCP conformance suite that apply to a server with tools of its own
// (the others call fixtures by name: npm run conformance:mcp:full) against the real server over HTTP.
// The suite sends no credentials, so the server runs with --no-token, which only a loopback address may.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

// The suite needs Node.js 22; the package `node` brings one, and the server runs on this one.
const suite = [
  "-y",
  "-p",
  "node@22",
  "-p",
  "@modelcontextprotocol/conformance@0.2.0-alpha.12",
  "conformance",
  "server",
];

const scenarios = {
  "2025-11-25": [
    "server-initialize",
    "ping",
    "tools-list",
    "resources-list",
    "prompts-list",
    "dns-rebinding-protection",
  ],
  "2026-07-28": [
    "tools-list",
    "resources-list",
    "prompts-list",
    "sep-2164-resource-not-found",
    "dns-rebinding-protection",
    "caching",
    "http-header-validation",
    "server-sse-multiple-streams",
    "input-required-result-missing-input-response",
    "input-required-result-unsupported-methods",
    "input-required-result-ignore-extra-params",
    "input-required-result-validate-input",
    "sep-2640-skills-directory",
    "sep-2640-skills-enumeration",
    "sep-2640-skills-manifest",
  ],
};

const results = mkdtempSync(path.join(tmpdir(), "dockwright-conformance-"));
const server = spawn(process.execPath, ["dist/cli/main.js", "serve", "--http", "--port", "0", "--no-token"], {
  stdio: ["ignore", "inherit", "pipe"],
});
try {
  const url = await listening(server);
  let failed = 0;
  let passed = 0;
  for (const [version, names] of Object.entries(scenarios)) {
    for (const name of names) {
      // The skills extension is on no revision's timeline; --force runs it all the same.
      const args = [
        ...suite,
        "--url",
        url,
        "--scenario",
        name,
        "--spec-version",
        version,
        "--force",
        "-o",
        results,
      ];
      const { status, stdout, stderr } = spawnSync("npx", args, { encoding: "utf8" });
      const output = `${stdout}${stderr}`;
      const [, good = "0", all = "0"] = /Passed: (\d+)\/(\d+)/.exec(output) ?? [];
      // A scenario that checked nothing has shown nothing.
      const ok = status === 0 && Number(good) > 0 && good === all;
      console.log(`${ok ? "ok  " : "FAIL"} ${version} ${name} (${good}/${all})`);
      if (ok) passed += 1;
      else {
        failed += 1;
        console.log(output.split("\n").slice(-30).join("\n"));
      }
    }
  }
  console.log(`${passed} scenarios passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
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
