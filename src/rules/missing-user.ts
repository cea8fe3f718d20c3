import { insertBefore } from "../dockerfile/edits.ts";
import type { Dockerfile, Stage } from "../dockerfile/types.ts";
import { baseFacts } from "./shared/images.ts";
import { finalStage, isScratch, rootImage } from "./shared/stages.ts";
import type { Fix, Rule } from "./types.ts";

/** Images whose own USER is not root, by repository or tag. */
const nonRootImages =
  /(?:^|[/:-])(?:nonroot|rootless|unprivileged|chiseled)\b|nginx-unprivileged|^(?:cgr\.dev\/)?chainguard\//i;

/** The final image has no USER of its own. */
export const rule: Rule = {
  meta: {
    name: "missing-user",
    summary: "The final image sets no USER, so its process runs as root.",
    why: "A process that is root in the container is root against the kernel as well: a bug in the program becomes a bug with every capability the container has. Create an account with a fixed UID and switch to it after the last step that needs root.",
    severity: "warning",
    category: "security",
    fixable: "unsafe",
    aliases: {
      trivy: ["DS-0002"],
      checkov: ["CKV_DOCKER_3"],
      semgrep: ["missing-user", "missing-user-entrypoint"],
      dockle: ["CIS-DI-0001"],
    },
    source: "https://docs.docker.com/build/building/best-practices/#user",
    bad: { dockerfile: 'FROM debian:13-slim\nCOPY app /app\nCMD ["/app"]\n' },
    good: { dockerfile: 'FROM debian:13-slim\nCOPY app /app\nUSER 10001:10001\nCMD ["/app"]\n' },
  },
  *check({ file, stateAt }) {
    const stage = finalStage(file);
    if (!stage?.from || stateAt(stage).user) return;
    const image = rootImage(file, stage);
    const name = image ? `${image.repository}:${image.tag ?? ""}` : "";
    const starts = stage.instructions.filter(({ keyword }) => keyword === "CMD" || keyword === "ENTRYPOINT");
    const semgrep = [
      ...(starts.some(({ keyword }) => keyword === "CMD") ? ["missing-user"] : []),
      ...(starts.some(({ keyword }) => keyword === "ENTRYPOINT") ? ["missing-user-entrypoint"] : []),
    ];
    const harmless =
      nonRootImages.test(name) ||
      (isScratch(file, stage) && !stateAt(stage).cmd && !stateAt(stage).entrypoint);
    yield {
      range: stage.from.range,
      message: "the final stage sets no USER: its process runs as root unless the base image says otherwise",
      related: starts.map(({ range }) => range),
      aliases: { ...rule.meta.aliases, semgrep },
      ...(harmless ? { parity: true } : userFix(file, stage)),
    };
  },
};

/** Images that start a program of yours as it is; a server's image starts as root and changes the user itself. */
const runtimes = new Set([
  "debian",
  "ubuntu",
  "alpine",
  "python",
  "node",
  "golang",
  "rust",
  "eclipse-temurin",
  "amazoncorretto",
  "ruby",
  "wolfi-base",
]);

/** USER before CMD and ENTRYPOINT: the image's own account where it has one, else a free number. */
function userFix(file: Dockerfile, stage: Stage): { fix?: Fix } {
  const facts = baseFacts(file, stage);
  const start = stage.instructions.find(({ keyword }) => keyword === "CMD" || keyword === "ENTRYPOINT");
  if (!facts || !start || !runtimes.has(facts.name)) return {};
  // What is installed, copied or opened after it would no longer be root's to do.
  const rest = stage.instructions.slice(stage.instructions.indexOf(start));
  if (!rest.every(({ keyword }) => /^(?:CMD|ENTRYPOINT|LABEL|EXPOSE|HEALTHCHECK|STOPSIGNAL)$/.test(keyword)))
    return {};
  const own = facts.users.find(({ name }) => name === facts.name);
  const value = own ? `${own.uid}:${own.gid}` : "10001:10001";
  return {
    fix: { title: `run as ${value}`, edits: [insertBefore(file, start, [`USER ${value}`])], safe: false },
  };
}
