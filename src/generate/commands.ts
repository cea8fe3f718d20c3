import type { Plan } from "../plan/types.ts";

/** Commands a person or an agent runs next. */
export interface Commands {
  readonly build: string;
  readonly run: string;
  readonly verify: string;
  readonly scan: string;
  /** Tags with the commit and pushes. */
  readonly release: string;
}

/** The commands of a plan. `stage` is the build target, `image` the name, `context` the directory as the user named it. */
export function commandsOf(
  plan: Plan,
  image: string,
  stage: string,
  platforms: readonly string[],
  context = ".",
): Commands {
  const target = stage === "runtime" ? "" : ` --target ${stage}`;
  const inputs = plan.inputs.map((input) => ` ${input.flag}`).join("");
  const platform = platforms.length > 0 ? ` --platform ${platforms.join(",")}` : "";
  const port = plan.probe.port;
  const publish = port === undefined ? "" : ` -p ${port}:${port}`;
  const buildx = platforms.length > 1 ? "docker buildx build" : "docker build";
  return {
    build: `${buildx}${platform}${target}${inputs} -t ${image} ${context}`,
    run: `docker run --rm --init${publish} --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges ${image}`,
    verify: `npx dockwright verify ${context}`,
    scan: `npx dockwright scan ${image}`,
    release: `docker tag ${image} REGISTRY/${image}:$(git rev-parse --short HEAD) && docker push REGISTRY/${image}:$(git rev-parse --short HEAD)`,
  };
}

/** Probes and security context for a Kubernetes container: Kubernetes ignores HEALTHCHECK. */
export function kubernetesSnippet(plan: Plan): string | undefined {
  const { port, path } = plan.probe;
  if (port === undefined) return undefined;
  const user = plan.stages.at(-1)?.steps.find((step) => step.kind === "user");
  const probe =
    path === undefined ? [`tcpSocket: { port: ${port} }`] : [`httpGet: { path: ${path}, port: ${port} }`];
  return [
    "ports:",
    `  - containerPort: ${port}`,
    "readinessProbe:",
    ...probe.map((line) => `  ${line}`),
    "livenessProbe:",
    ...probe.map((line) => `  ${line}`),
    "  initialDelaySeconds: 15",
    "securityContext:",
    "  runAsNonRoot: true",
    ...(user?.kind === "user" ? [`  runAsUser: ${user.uid}`] : []),
    "  allowPrivilegeEscalation: false",
    "  readOnlyRootFilesystem: true",
    "  capabilities: { drop: [ALL] }",
    "",
  ].join("\n");
}
