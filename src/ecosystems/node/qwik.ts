import type { FrameworkRead, Sight } from "./framework-read.ts";
import { same } from "./framework-read.ts";
import { startLine } from "./scripts.ts";

/** Qwik's router (Qwik City) is served by what its adapter builds: a server of its own, or files. */
export function readQwik(sight: Sight): FrameworkRead {
  const { project } = sight;
  const base = {
    name: "Qwik",
    appType: "frontend",
    evidence: sight.found(sight.has("@builder.io/qwik-city") ? "@builder.io/qwik-city" : "@qwik.dev/router"),
    build: "qwik build",
  } as const;
  const words = ["serve", "start:prod", "start"]
    .map((name) => startLine(project, name)?.line.split(/\s+/) ?? [])
    .find(
      ([program, ...rest]) =>
        /^(?:node|bun)$/.test(program ?? "") && rest.some((word) => /^(?:\.\/)?server\//.test(word)),
    );
  if (words)
    return { ...base, serving: "modules", output: same("dist", "server"), start: () => words, port: 3000 };
  const adapter = project.files
    .map((file) => /^adapters\/([\w-]+)\/vite\.config\.[cm]?[jt]s$/.exec(file)?.[1])
    .find((name) => name !== undefined);
  if (adapter === "static" || adapter === "ssg") return { ...base, serving: "static", output: same("dist") };
  return {
    ...base,
    serving: "modules",
    refuse: {
      reason:
        adapter === undefined
          ? "Qwik has no adapter here: its build leaves neither a server nor pages"
          : `Qwik's adapter here is ${adapter}, and no script starts what it builds`,
      decide: "an adapter with a server (qwik add express) or for pages (qwik add static), or start",
    },
  };
}
