import { describe, expect, it } from "vitest";
import { generated } from "./from-files.ts";

const go = { "go.mod": "module shop\n\ngo 1.25\n", "main.go": "package main\nfunc main() {}\n" };

describe("secrets beside the sources", () => {
  it("are left out of the build by name, and named", () => {
    const { dockerignore, findings, warnings } = generated({
      ...go,
      "deploy/server.p12": "x",
      "secrets.yml": "password: x\n",
    });
    expect(findings).toEqual([]);
    expect(dockerignore).toMatch(/^deploy\/server\.p12\nsecrets\.yml$/m);
    expect(warnings.join()).toContain("deploy/server.p12, secrets.yml");
  });

  it("are no reason to warn in a chart's templates, nor in tests", () => {
    const chart = { "chart/templates/secret.yaml": "data:\n  password: {{ .Values.password }}\n" };
    const { dockerignore, findings, warnings } = generated({ ...go, ...chart, "testdata/server.p12": "x" });
    expect(findings).toEqual([]);
    expect(dockerignore).toContain("chart/templates/secret.yaml");
    expect(dockerignore).not.toContain("testdata");
    expect(warnings).toEqual([]);
  });
});
