// The MCP Inspector's command line lists and calls the tools over stdio. Not part of npm test: npx downloads it.
import { spawnSync } from "node:child_process";

const inspector = [
  "-y",
  "@modelcontextprotocol/inspector@2.12.0",
  "--cli",
  process.execPath,
  "dist/cli/main.js",
  "serve",
];

/** Runs one method through the Inspector and returns its result. */
function inspect(...args) {
  const { status, stdout, stderr } = spawnSync("npx", [...inspector, ...args, "--format", "json"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the Inspector ended with ${status}: ${stderr || stdout}`);
  return JSON.parse(stdout).result;
}

/** Ends the script with what is wrong. */
function expect(condition, message) {
  if (condition) return;
  console.error(`failed: ${message}`);
  process.exit(1);
}

const names = inspect("--method", "tools/list").tools.map((tool) => tool.name);
console.log(`tools: ${names.join(", ")}`);
expect(
  names.includes("generate_dockerfile") && names.includes("validate_dockerfile"),
  "both tools are listed",
);

const call = (name, args) =>
  inspect("--method", "tools/call", "--tool-name", name, "--tool-args-json", JSON.stringify(args));
const checked = call("validate_dockerfile", { dockerfile: "FROM node:22\n" }).structuredContent;
console.log(`validate_dockerfile: ${checked.summary.findings} findings`);
expect(checked.summary.findings > 0, "the findings arrive");

const made = call("generate_dockerfile", { directory: "examples/python-fastapi" }).structuredContent;
console.log(`generate_dockerfile: ${made.files.map((file) => file.path).join(", ")}`);
expect(made.files[0].text.includes("FROM python:"), "the Dockerfile arrives");

const documents = inspect("--method", "resources/list").resources;
const prompts = inspect("--method", "prompts/list").prompts;
console.log(`${documents.length} documents, ${prompts.length} prompts`);
expect(documents.length > 0 && prompts.length > 0, "documents and prompts are listed");
