import { evidence } from "../../project/facts.ts";
import type { Evidence, Project } from "../../project/types.ts";

/** What the front matter of the README tells Hugging Face of a Space: https://huggingface.co/docs/hub/spaces-config-reference */
export interface Space {
  /** The library that makes the pages; a Space's own requirements need not name it. */
  readonly sdk: "gradio" | "streamlit";
  readonly sdkVersion?: string;
  readonly script?: string;
  /** `3.11`. */
  readonly python?: string;
  readonly evidence: Evidence;
}

const file = "README.md";

/** Reads the front matter; undefined for a project that is no Space, or one with a Dockerfile. */
export function readSpace(project: Project): Space | undefined {
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(project.read(file) ?? "")?.[1] ?? "";
  const field = (name: string, value: string): string | undefined =>
    new RegExp(`^${name}:\\s*["']?(${value})["']?\\s*$`, "m").exec(front)?.[1];
  const sdk = field("sdk", "gradio|streamlit");
  if (sdk !== "gradio" && sdk !== "streamlit") return undefined;
  const sdkVersion = field("sdk_version", "\\d+(?:\\.\\d+)+");
  const script = field("app_file", "[\\w./-]+\\.py");
  const python = field("python_version", "\\d+\\.\\d+[\\d.]*")?.split(".").slice(0, 2).join(".");
  return {
    sdk,
    ...(sdkVersion === undefined ? {} : { sdkVersion }),
    ...(script === undefined || !project.has(script) ? {} : { script }),
    ...(python === undefined ? {} : { python }),
    evidence: evidence(project, file, /^sdk:/),
  };
}
