// An agent that follows a script: it knows what to do only when the skill or the server is there.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const task = readFileSync(0, "utf8");
const { mcpServers } = JSON.parse(readFileSync(process.env.DOCKWRIGHT_EVAL_MCP, "utf8"));
const skill = ".agents/skills/writing-dockerfiles/SKILL.md";
const helped = [
  ...(existsSync(skill) && /multi-stage/.test(readFileSync(skill, "utf8")) ? ["the skill"] : []),
  ...("dockwright" in mcpServers ? ["the server"] : []),
];
if (/break off/.test(process.argv[2] ?? "")) process.exit(7);
writeFileSync(
  "Dockerfile",
  helped.length > 0
    ? "FROM golang:1.27 AS builder\nRUN CGO_ENABLED=0 go build -o /app .\nFROM gcr.io/distroless/static-debian13:nonroot\nCOPY --from=builder /app /app\n"
    : "FROM golang:latest\nRUN go build -o /app .\n",
);
console.log(`${task.includes("Go microservice") ? "Done" : "What?"} with ${helped.join(" and ") || "nothing"}.`);
