import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

describe("Go", () => {
  const main = 'package main\nimport "net/http"\nfunc main() {\n\thttp.ListenAndServe(":9090", nil)\n}\n';
  const mod = "module example.com/clock\n\ngo 1.22\n";

  it("makes one static binary on distroless, with a probe of its own", () => {
    const { dockerfile, findings } = generated({ "go.mod": mod, "main.go": main });
    expect(findings).toEqual([]);
    expect(dockerfile).toContain("CGO_ENABLED=0");
    expect(dockerfile).toMatch(
      /FROM gcr\.io\/distroless\/static-debian13:nonroot AS runtime[\s\S]*EXPOSE 9090[\s\S]*\/usr\/local\/bin\/healthcheck/,
    );
  });

  it("never takes a compiler older than go.mod asks for, nor one without support", () => {
    expect(generated({ "go.mod": mod, "main.go": main }).dockerfile).toContain("golang:1.27");
    expect(generated({ "go.mod": "module a\n\ngo 1.28\n", "main.go": main }).dockerfile).toContain(
      "golang:1.28",
    );
  });

  it("asks between several programs, finds the one that serves, and knows a library", () => {
    const tool = "package main\nfunc main() {}\n";
    expect(
      generated({ "go.mod": mod, "cmd/api/main.go": main, "cmd/tool/main.go": tool }).facts.mainPackage
        ?.value,
    ).toBe("./cmd/api");
    expect(
      refused({ "go.mod": mod, "cmd/a/main.go": main, "cmd/b/main.go": main }).apps.map((app) => app.path),
    ).toEqual(["cmd/a", "cmd/b"]);
    // What generates code for the module is not what ships.
    expect(
      generated({
        "go.mod": mod,
        "cmd/shop/main.go": main,
        "internal/gen/main.go": main,
        "hack/x/main.go": main,
      }).facts.mainPackage?.value,
    ).toBe("./cmd/shop");
    const named = generated({ "go.mod": mod, "cmd/api/main.go": tool, "cmd/seed/main.go": tool });
    expect(named.facts.mainPackage).toMatchObject({ value: "./cmd/api", alternatives: ["./cmd/seed"] });
    expect(named.assumed.join()).toContain("mainPackage = ./cmd/api");
    expect(refused({ "go.mod": mod, "clock.go": "package clock\n" }).reason).toContain("library");
  });

  it("builds from vendored modules without a download, and keeps them in the context", () => {
    const { dockerfile, dockerignore } = generated({
      "go.mod": `${mod}require example.com/x v1.0.0\n`,
      "go.sum": "",
      "vendor/modules.txt": "# example.com/x v1.0.0\n",
      "main.go": main,
    });
    expect(dockerfile).not.toMatch(/go mod download|-mod=mod/);
    expect(dockerignore).not.toMatch(/^(\*\*\/)?vendor\/?$/m);
  });

  it("reads the manifests of modules that stand in the project before it downloads", () => {
    const replaced = generated({
      "go.mod": `${mod}require example.com/x v0.0.0\nreplace example.com/x => ./lib/x\n`,
      "lib/x/go.mod": "module example.com/x\n",
      "main.go": main,
    });
    expect(replaced.dockerfile).toMatch(/COPY lib\/x\/go\.mod lib\/x\/[\s\S]*go mod download/);
    expect(replaced.warnings).toEqual([]);
    const workspace = generated({
      "go.work": "go 1.25\nuse ./api\nuse ./lib\n",
      "api/go.mod": mod,
      "api/main.go": main,
      "lib/go.mod": "module example.com/lib\n",
      "lib/lib.go": "package lib\n",
    });
    expect(workspace.dockerfile).toMatch(/COPY api\/go\.mod api\/[\s\S]*go build .* \.\/api\n/);
  });

  it("builds the front end that it embeds, and keeps what is embedded in the context", () => {
    const embeds = (what: string): string =>
      main.replace("func main", `//go:embed ${what}\nvar f embed.FS\nfunc main`);
    const web = {
      "web/package.json": '{"scripts":{"build":"vite build"},"devDependencies":{"vite":"^7.0.0"}}',
      "web/package-lock.json": '{"lockfileVersion":3,"packages":{}}',
      "web/index.html": "",
    };
    const built = generated({
      "go.mod": mod,
      "main.go": embeds("all:web/dist"),
      ...web,
      "web/dist/.gitkeep": "",
    });
    expect(built.findings).toEqual([]);
    expect(built.dockerfile).toMatch(
      /AS frontend[\s\S]*COPY web\/package\.json web\/package-lock\.json \.\/[\s\S]*COPY web\/ \.\/\nRUN npm run build[\s\S]*COPY --from=frontend \/app\/dist\/ \.\/web\/dist\//,
    );
    const left = { ...web, "web/.gitignore": "dist\n", "web/dist/index.html": "" };
    expect(generated({ "go.mod": mod, "main.go": embeds("web/dist"), ...left }).dockerfile).toContain(
      "AS frontend",
    );
    const committed = generated({ "go.mod": mod, "main.go": embeds("dist/*"), "dist/index.html": "" });
    expect(committed.dockerfile).not.toContain("AS frontend");
    expect(committed.dockerignore).toMatch(/^!dist/m);
    expect(generated({ "go.mod": mod, "main.go": embeds("dist") }).warnings.join()).toContain("embeds dist");
  });

  describe("modules that need credentials", () => {
    const requires = (module: string): Record<string, string> => ({
      "go.mod": `${mod}require (\n\t${module} v1.0.0\n)\n`,
      "go.sum": `${module} v1.0.0/go.mod h1:abc=\n`,
      "main.go": main,
    });

    it.each([
      ["git.acme.dev", "git.acme.dev/team/lib", {}],
      ["code.corp", "code.corp/lib", {}],
      ["github.com/acme/*", "github.com/acme/lib", { Makefile: "export GOPRIVATE ?= github.com/acme/*\n" }],
      ["go.acme.io", "go.acme.io/lib", { ".github/workflows/ci.yml": "env:\n  GOPRIVATE: 'go.acme.io'\n" }],
      ["*.acme.io", "go.acme.io/lib", { "go.env": "GOPRIVATE=*.acme.io,example.org\n" }],
    ])("%s: a netrc is mounted for the download alone", (pattern, module, more) => {
      const { dockerfile, plan, findings } = generated({ ...requires(module), ...more });
      expect(dockerfile.replaceAll('"', "")).toContain(`ENV GOPRIVATE=${pattern}\n`);
      expect(dockerfile).toMatch(
        /RUN [^\n]*\n?[^\n]*type=secret,id=netrc,target=\/root\/\.netrc[\s\S]{0,60}go mod download/,
      );
      expect(dockerfile.match(/netrc/g)).toHaveLength(2);
      expect(dockerfile).not.toMatch(/^(?:ARG|ENV|COPY)[^\n]*(?:netrc|TOKEN|PASSWORD)/m);
      expect(plan.inputs.map(({ id }) => id)).toEqual(["netrc"]);
      expect(findings).toEqual([]);
    });

    it.each([
      ["a public vanity host", requires("go.uber.org/zap")],
      ["a public git server", requires("gitlab.com/a/b")],
      [
        "GOPRIVATE for nothing that is required",
        { ...requires("github.com/a/b"), "go.env": "GOPRIVATE=github.com/c\n" },
      ],
      [
        "a folder in its place",
        {
          ...requires("git.acme.dev/lib"),
          "go.mod": `${mod}require git.acme.dev/lib v1.0.0\nreplace git.acme.dev/lib => ./lib\n`,
          "lib/go.mod": "module git.acme.dev/lib\n",
        },
      ],
    ])("%s needs none", (_what, files) => {
      expect(generated(files).dockerfile).not.toMatch(/GOPRIVATE|secret/);
    });
  });

  it("finds what go.sum lacks by itself and says so", () => {
    const files = { "go.mod": `${mod}require example.com/x v1.0.0\n`, "main.go": main };
    const { dockerfile, warnings } = generated(files);
    expect(dockerfile).toContain("go build -mod=mod ");
    expect(warnings.join()).toContain("go.sum has no checksum of example.com/x");
    const summed = { ...files, "go.sum": "example.com/x v1.0.0/go.mod h1:abc=\n" };
    expect(generated(summed).dockerfile).not.toContain("-mod=mod");
  });

  it("probes the route of a pattern that begins with its method", () => {
    const routed = main.replace("func main() {", 'func main() {\n\thttp.HandleFunc("GET /healthz", h)');
    expect(generated({ "go.mod": mod, "main.go": routed }).facts.healthPath?.value).toBe("/healthz");
  });

  it("believes a call that listens, then a setting of the program, never a client's port", () => {
    const silent = 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(addr(), nil) }\n';
    const port = (files: Record<string, string>): unknown =>
      generated({ "go.mod": mod, "main.go": silent, ...files }).facts.port?.value;
    expect(port({ "client/fetch.go": 'package client\nvar port = "443"\n' })).toBe(8080);
    expect(
      port({ "config/config.go": 'package config\ntype C struct {\n\tPort int `default:"7000"`\n}\n' }),
    ).toBe(7000);
    const named = 'package main\nfunc init() { mustMapEnv(&port, "SHOP_PORT") }\n';
    expect(generated({ "go.mod": mod, "main.go": silent, "env.go": named }).dockerfile).toContain(
      "ENV SHOP_PORT=8080",
    );
  });

  it("keeps the C library where C is used", () => {
    const { dockerfile } = generated({
      "go.mod": `${mod}require github.com/mattn/go-sqlite3 v1.14.22\n`,
      "main.go": main,
    });
    expect(dockerfile).toContain("distroless/base-debian13");
    expect(dockerfile).toContain("CGO_ENABLED=1");
  });
});

describe("Rust", () => {
  const cargo =
    '[package]\nname = "clock"\nversion = "0.1.0"\nedition = "2024"\n[dependencies]\naxum = "0.8"\n';
  const main = 'fn main() { let l = TcpListener::bind("0.0.0.0:8081"); }\n';

  it("compiles the dependencies in a layer of their own and ships the binary from a layer, not from a cache mount", () => {
    const { dockerfile, findings } = generated({
      "Cargo.toml": cargo,
      "Cargo.lock": "",
      "src/main.rs": main,
    });
    expect(findings).toEqual([]);
    expect(dockerfile.indexOf("echo 'fn main() {}' > src/main.rs")).toBeLessThan(
      dockerfile.indexOf("COPY . ./"),
    );
    expect(dockerfile).toMatch(/cargo build --release --locked --bin clock/);
    expect(dockerfile).not.toMatch(/type=cache,target=\/src\/target/);
    expect(dockerfile).toContain("EXPOSE 8081");
  });

  it("links statically for scratch, and brings certificates", () => {
    const { dockerfile } = generated(
      { "Cargo.toml": cargo, "Cargo.lock": "", "src/main.rs": main },
      { baseRuntime: "scratch" },
    );
    expect(dockerfile).toMatch(/FROM rust:[\d.]+-alpine AS builder/);
    expect(dockerfile).toMatch(/FROM scratch AS runtime[\s\S]*ca-certificates\.crt/);
  });

  it("takes the default binary, or the only one that listens", () => {
    const two = { "Cargo.lock": "", "src/bin/cli.rs": "fn main() {}\n", "src/bin/server.rs": main };
    const manifest = '[package]\nname = "clock"\n';
    expect(generated({ ...two, "Cargo.toml": manifest }).facts.binary?.value).toBe("server");
    expect(generated({ ...two, "Cargo.toml": `${manifest}default-run = "cli"\n` }).facts.binary?.value).toBe(
      "cli",
    );
  });

  it("compiles against OpenSSL and runs where distroless has it", () => {
    const { dockerfile } = generated({
      "Cargo.toml": cargo,
      "Cargo.lock": '[[package]]\nname = "openssl-sys"\n',
      "src/main.rs": main,
    });
    expect(dockerfile).toMatch(/libssl-dev pkg-config[\s\S]*FROM gcr\.io\/distroless\/cc-debian13:nonroot/);
  });

  it("takes the binary from the folder of the target that cargo's configuration names", () => {
    const { dockerfile } = generated({
      "Cargo.toml": cargo,
      "Cargo.lock": "",
      "src/main.rs": main,
      ".cargo/config.toml": '[build]\ntarget = "x86_64-unknown-linux-musl"\n',
    });
    expect(dockerfile).toContain("rustup target add x86_64-unknown-linux-musl");
    expect(dockerfile).toContain("COPY --from=builder /src/target/x86_64-unknown-linux-musl/release/clock");
  });

  it("compiles sqlx's checked queries without a database, or warns; installs a configured linker", () => {
    const files = {
      "Cargo.toml": `${cargo}sqlx = "0.8"\n`,
      "Cargo.lock": "",
      "src/main.rs": `${main}fn q() { sqlx::query!("select 1"); }\n`,
    };
    expect(generated(files).warnings.join()).toContain("cargo sqlx prepare");
    const prepared = generated({ ...files, ".sqlx/query-1.json": "{}" });
    expect(prepared.dockerfile).toMatch(/ENV SQLX_OFFLINE=true[\s\S]*cargo build/);
    expect(prepared.warnings).toEqual([]);
    const linked = {
      ".cargo/config.toml": '[build]\nrustflags = ["-C", "link-arg=-fuse-ld=mold"]\n# linker = "clang"\n',
    };
    const { dockerfile } = generated({
      "Cargo.toml": cargo,
      "Cargo.lock": "",
      "src/main.rs": main,
      ...linked,
    });
    expect(dockerfile).toMatch(/install -y --no-install-recommends mold/);
  });

  it.each([
    ["WebAssembly", { ".cargo/config.toml": '[build]\ntarget = "wasm32-wasip1"\n' }, "", "WebAssembly"],
    ["a WebAssembly runtime's crates", {}, 'tokio_wasi = "1"\n', "WebAssembly"],
    ["a bundle for the browser", { "Trunk.toml": "", "index.html": "" }, "", "trunk"],
    ["Leptos with a server", {}, '[package.metadata.leptos]\nname = "x"\n', "cargo-leptos"],
    ["a template", {}, "{% if x %}\n", "cannot be parsed"],
  ])("refuses what cargo alone does not build: %s", (_what, files, manifest, reason) => {
    const answer = refused({ "Cargo.toml": cargo + manifest, "src/main.rs": main, ...files });
    expect(answer.reason).toContain(reason);
  });

  it("asks between the binaries of a workspace", () => {
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
      "crates/api/Cargo.toml": '[package]\nname = "api"\n',
      "crates/api/src/main.rs": "fn main() {}\n",
      "crates/job/Cargo.toml": '[package]\nname = "job"\n',
      "crates/job/src/main.rs": "fn main() {}\n",
    };
    expect(refused(files).apps.map((app) => app.path)).toEqual(["crates/api", "crates/job"]);
    expect(generated(files, { app: "job" }).dockerfile).toContain("--package job --bin job");
  });
});

describe("Java", () => {
  const boot = `<project><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>4.0.1</version></parent>
<artifactId>shop</artifactId><properties><java.version>21</java.version></properties>
<dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency><dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency></dependencies>
<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>`;
  const app = {
    "src/main/java/shop/App.java":
      "package shop;\npublic class App {\n  public static void main(String[] a) {}\n}\n",
  };

  it("ships Spring Boot in layers on a JRE of the version the build states", () => {
    const { dockerfile, findings } = generated({ "pom.xml": boot, ...app });
    expect(findings).toEqual([]);
    expect(dockerfile).toContain("FROM maven:3.9-eclipse-temurin-21 AS builder");
    expect(dockerfile).toContain("FROM eclipse-temurin:21-jre AS runtime");
    expect(dockerfile).toContain("-Djarmode=tools -jar app.jar extract --layers");
    expect(dockerfile).toContain("http://127.0.0.1:8080/actuator/health");
  });

  it("unpacks a web archive into the Tomcat that its servlet API is for", () => {
    const war = (api: string, java = "21"): string =>
      generated({
        "pom.xml": `<project><artifactId>shop</artifactId><packaging>war</packaging><properties><maven.compiler.release>${java}</maven.compiler.release></properties><dependencies><dependency><groupId>${api}.servlet</groupId></dependency></dependencies></project>`,
        "src/main/webapp/index.html": "",
      }).dockerfile;
    expect(war("jakarta")).toContain("FROM tomcat:11-jre21-temurin AS runtime");
    expect(war("jakarta", "11")).toContain("FROM tomcat:10.1-jre11-temurin");
    expect(war("javax")).toContain("FROM tomcat:9-jre21-temurin");
    expect(war("jakarta")).toMatch(
      /\/out\/ROOT\/ \/usr\/local\/tomcat\/webapps\/ROOT\/[\s\S]*EXPOSE 8080[\s\S]*ENTRYPOINT \["catalina.sh", "run"\]/,
    );
  });

  it("runs Maven's assembly where no phase does, and ships the largest jar", () => {
    const pom = (execution: string): string =>
      `<project><artifactId>shop</artifactId><build><plugins><plugin><artifactId>maven-assembly-plugin</artifactId>${execution}<configuration><archive><manifest><mainClass>App</mainClass></manifest></archive></configuration></plugin></plugins></build></project>`;
    const main = "class App { public static void main(String[] args) {} }";
    const build = (execution: string): string =>
      generated({ "pom.xml": pom(execution), "src/main/java/App.java": main }).dockerfile;
    expect(build("")).toContain("package assembly:single");
    expect(
      build("<executions><execution><goals><goal>single</goal></goals></execution></executions>"),
    ).not.toContain("assembly:single");
    expect(build("")).toContain("for jar in target/*.jar; do");
  });

  it("builds Gradle without running the tests and never copies two jars", () => {
    const gradle =
      "plugins {\n  id 'org.springframework.boot' version '4.0.1'\n  id 'java'\n}\njava { toolchain { languageVersion = JavaLanguageVersion.of(25) } }\ndependencies { implementation 'org.springframework.boot:spring-boot-starter-web' }\n";
    const { dockerfile } = generated({
      "build.gradle": gradle,
      "settings.gradle": "rootProject.name = 'shop'\n",
      ...app,
    });
    expect(dockerfile).toContain("bootJar");
    expect(dockerfile).not.toMatch(/gradle (--no-daemon )?build\b/);
    expect(dockerfile).toContain("! -name '*-plain.jar'");
    expect(dockerfile).toContain("eclipse-temurin:25-jre");
  });

  it("asks which module of several, and takes the one named", () => {
    const module = (name: string): string =>
      `<project><artifactId>${name}</artifactId><build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>`;
    const files = {
      "pom.xml":
        "<project><artifactId>all</artifactId><packaging>pom</packaging><modules><module>a</module><module>b</module></modules></project>",
      "a/pom.xml": module("a"),
      "b/pom.xml": module("b"),
    };
    expect(refused(files).apps.map((one) => one.path)).toEqual(["a", "b"]);
    expect(generated(files, { app: "b" }).dockerfile).toContain("-pl b -am package");
  });
});

describe("a Java package called org.example", () => {
  it("is read like any other", () => {
    const { facts } = generated({
      "pom.xml":
        "<project><properties><maven.compiler.release>21</maven.compiler.release></properties></project>",
      "src/main/java/org/example/App.java":
        "package org.example;\npublic final class App {\n  public static void main(String[] args) {}\n}\n",
    });
    expect(facts.start).toMatchObject({ value: ["java", "-cp", "lib/*", "org.example.App"] });
  });
});
