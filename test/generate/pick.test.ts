import { describe, expect, it } from "vitest";
import { generated, refused } from "./from-files.ts";

const server = 'package main\nimport "net/http"\nfunc main() {\n\thttp.ListenAndServe(":9000", nil)\n}\n';
const backend = { "backend/go.mod": "module shop\n\ngo 1.25\n", "backend/main.go": server };
const front = {
  "package-lock.json": "{}",
  "frontend/package.json": '{"name":"front","scripts":{"build":"vite build"},"devDependencies":{"vite":"7"}}',
  "frontend/index.html": "",
};
const workspace = { ...front, "package.json": '{"private":true,"workspaces":["frontend"]}' };

describe("a front end beside a service in another language", () => {
  it("is a question, and target answers it with either", () => {
    const files = { ...workspace, ...backend };
    expect(refused(files).apps.map(({ path }) => path)).toEqual(["frontend", "backend"]);
    const service = generated(files, { app: "backend" });
    expect([service.path, service.facts.port?.value]).toEqual(["backend", 9000]);
    const two = { ...files, "backend/main.go": "package lib\n", "backend/cmd/a/main.go": server };
    const inside = generated({ ...two, "backend/cmd/b/main.go": server }, { app: "backend/cmd/b" });
    expect(inside.facts.mainPackage?.value).toBe("./cmd/b");
    expect(generated(files, { app: "frontend" }).facts.language?.value).toBe("node");
  });

  it("leaves the service alone where package.json only holds the repository's tools", () => {
    const tools = { "package.json": '{"private":true,"devDependencies":{"prettier":"3"}}' };
    expect(generated({ ...tools, ...backend }).path).toBe("backend");
  });

  it("is none where the other folder listens nowhere, or is an example", () => {
    const tool = backend["backend/main.go"].replace("http.ListenAndServe", "print");
    expect(generated({ ...workspace, ...backend, "backend/main.go": tool }).path).toBe("");
    const example = { "examples/go/go.mod": "module a\n", "examples/go/main.go": server };
    expect(generated({ ...workspace, ...example }).facts.language?.value).toBe("node");
  });
});

describe("folders below a root without a manifest", () => {
  it("are those of the applications, not of examples and of a workspace's members", () => {
    const crate = (name: string): string => `[package]\nname = "${name}"\nversion = "1.0.0"\n`;
    const files = {
      "crates/Cargo.toml": '[workspace]\nmembers = ["shop"]\n',
      "crates/shop/Cargo.toml": crate("shop"),
      "crates/shop/src/main.rs": "fn main() {}\n",
      "examples/client/Cargo.toml": crate("client"),
      "examples/client/src/main.rs": "fn main() {}\n",
    };
    expect(generated(files).path).toBe("crates");
  });
});

describe("a front end at the root of a compiled program", () => {
  const root = {
    "go.mod": "module shop\n\ngo 1.25\n",
    "package.json": '{"name":"shop","scripts":{"build":"vite build"},"devDependencies":{"vite":"7"}}',
    "package-lock.json": "{}",
    "index.html": "",
  };

  it("belongs to the program that serves its build", () => {
    const main = server.replace(
      "func main() {",
      'func main() {\n\thttp.Handle("/", http.FileServer(http.Dir("./dist")))',
    );
    const { dockerfile, findings, plan } = generated({ ...root, "main.go": main });
    expect(plan.language).toBe("go");
    expect(findings).toEqual([]);
    expect(dockerfile).toMatch(/AS runtime[\s\S]*COPY --from=frontend \/app\/dist\/ \.\/dist\//);
  });

  it("is a question where it does not", () => {
    expect(refused({ ...root, "main.go": server }).decide).toContain("language");
  });
});
