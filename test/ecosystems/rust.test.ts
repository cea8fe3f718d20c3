import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const crate = (more = ""): string =>
  `[package]\nname = "shop"\nversion = "0.1.0"\n[dependencies]\naxum = "0.8"\n${more}`;
const main = (body = ""): string => `fn main() {\n    let l = TcpListener::bind(address());\n${body}}\n`;
const made = (files: Record<string, string>): ReturnType<typeof generated> =>
  generated({ "Cargo.toml": crate(), "Cargo.lock": "", "src/main.rs": main(), ...files });

describe("what a Rust crate builds from", () => {
  it.each([
    [
      "a workspace above it",
      { "Cargo.toml": crate("").replace('version = "0.1.0"', "version.workspace = true") },
      "workspace",
    ],
    [
      "a crate beside it",
      { "Cargo.toml": crate('common = { path = "../common" }\n') },
      "outside of this directory",
    ],
    [
      "a submodule that is not there",
      { "Cargo.toml": crate('common = { path = "libs/common" }\n'), ".gitmodules": "" },
      "submodule",
    ],
  ])("is refused without %s", (_what, files, reason) => {
    expect(
      refused({ "Cargo.lock": "", "src/main.rs": main(), ...(files as Record<string, string>) }).reason,
    ).toContain(reason);
  });

  it("is what its manifests name, not every crate of the repository", () => {
    const { facts } = made({
      "Cargo.toml": `${crate('common = { path = "libs/common" }\n')}[workspace]\n`,
      "libs/common/Cargo.toml": '[package]\nname = "common"\n',
      "libs/common/src/lib.rs": "",
      "samples/common/Cargo.toml": '[package]\nname = "other"\n',
      "samples/common/src/main.rs": "fn main() {}\n",
    });
    expect(facts.manifests?.value).toContain("libs/common/Cargo.toml");
    expect(facts.manifests?.value).not.toContain("samples/common/Cargo.toml");
  });

  it("keeps what the compiler includes in the context", () => {
    const { dockerignore } = made({
      "src/lib.rs": '#![doc = include_str!("../README.md")]\nmod tests;\n',
      "README.md": "",
      "src/tests/mod.rs": "",
    });
    expect(dockerignore).toMatch(/^!README\.md$/m);
    expect(dockerignore).toMatch(/^!src\/tests$/m);
  });

  it("ships the root's own program; a member's default is that member's", () => {
    const member = (name: string, more = ""): Record<string, string> => ({
      [`${name}/Cargo.toml`]: `[package]\nname = "${name}"\n${more}`,
      [`${name}/src/main.rs`]: "fn main() {}\n",
    });
    const members = { ...member("a", 'default-run = "a"\n'), ...member("b") };
    const workspace = '[workspace]\nmembers = ["a", "b"]\n';
    expect(refused({ "Cargo.toml": workspace, ...members }).apps.map(({ path }) => path)).toEqual(["a", "b"]);
    expect(made({ "Cargo.toml": crate() + workspace, ...members }).facts.binary?.value).toBe("shop");
  });

  it("brings the settings the code names, not what macros compile in, nor secrets", () => {
    const { facts } = made({
      "src/lib.rs":
        'fn f() { open("config.toml"); open("./assets/logo.png"); open("Secrets.toml"); }\nembed_migrations!("migrations");\n',
      "config.toml": "",
      "Secrets.toml": "",
      "assets/logo.png": "",
      "migrations/1.sql": "",
    });
    expect(facts.runtimeFiles?.value).toEqual(["assets", "config.toml"]);
  });

  it("is the one that the Procfile starts", () => {
    const two = { "src/main.rs": "pub fn a() {}", "src/bin/a.rs": main(), "src/bin/b.rs": main() };
    const files = { ...two, "Cargo.toml": crate('[[bin]]\nname = "a"\npath = "src/bin/a.rs"\n') };
    expect(made({ ...files, Procfile: "web: ./target/release/b\n" }).facts.binary?.value).toBe("b");
    expect(made({ ...files, Procfile: "web: cargo run --release --bin a\n" }).facts.binary?.value).toBe("a");
  });

  it("is none that a platform's runtime starts, but the one beside it", () => {
    const hosted = { "src/main.rs": "#[shuttle_runtime::main]\nasync fn main() -> S { Ok(r().into()) }\n" };
    expect(refused({ "Cargo.toml": crate(), "Cargo.lock": "", ...hosted }).reason).toContain("Shuttle");
    expect(made({ ...hosted, "src/bin/standalone.rs": main() }).facts.binary?.value).toBe("standalone");
  });

  it("is compiled by the nightly that the project pins: rustup fetches it", () => {
    const { version } = made({
      "rust-toolchain.toml": '[toolchain]\nchannel = "nightly-2026-08-12"\n',
    }).facts;
    expect(version?.note).toContain("nightly-2026-08-12");
  });

  it("opens no window, and is no test or template of the repository", () => {
    const desktop = crate('eframe = "0.33"\n').replace('axum = "0.8"\n', "");
    expect(refused({ "Cargo.toml": desktop, "src/main.rs": "fn main() {}\n" }).reason).toContain("desktop");
    const files = {
      "Cargo.toml": '[workspace]\nmembers = ["test/echo", "lib"]\n',
      "test/echo/Cargo.toml": '[package]\nname = "echo"\n',
      "test/echo/src/main.rs": "fn main() {}\n",
      "lib/Cargo.toml": '[package]\nname = "lib"\n',
      "lib/src/lib.rs": "",
    };
    expect(refused(files).reason).toContain("library");
  });

  it("is a library where only its own tools have a program", () => {
    const files = {
      "Cargo.toml": '[package]\nname = "lib"\n[workspace]\nmembers = ["xtask"]\n',
      "src/lib.rs": "",
      "xtask/Cargo.toml": '[package]\nname = "xtask"\n',
      "xtask/src/main.rs": "fn main() {}\n",
    };
    expect(refused(files).reason).toContain("library");
    expect(generated(files, { app: "xtask" }).facts.binary?.value).toBe("xtask");
  });
});

describe("where a Rust program listens", () => {
  it.each([
    ['const DEFAULT_ADDR: &str = "localhost:7700";', 7700],
    ["const PORT: u16 = 6379;", 6379],
    ["struct Args {\n    #[arg(long, default_value_t = 1111)]\n    port: u16,\n}", 1111],
    ['struct Args {\n    #[arg(long, default_value = "127.0.0.1:7001")]\n    listen: SocketAddr,\n}', 7001],
    ["struct S {\n    #[default(8536)]\n    pub port: u16,\n}", 8536],
    ['fn args() { Arg::new("port").short(\'p\').default_value("8001") }', 8001],
    ['fn c() { let port = parsed("PORT")?.unwrap_or(8888); }', 8888],
  ])("%s", (line, port) => {
    expect(made({ "src/config.rs": line }).facts.port?.value).toBe(port);
  });

  it("is not what a test of the settings says", () => {
    const config =
      'fn default_port() -> u16 {\n    5000\n}\n#[cfg(test)]\nmod tests {\n    const X: &str = "port: 3999";\n    fn t() { Args { port: 3999 } }\n}\n';
    expect(made({ "src/args.rs": config }).facts.port?.value).toBe(5000);
  });

  it("is what the project's own settings or Dockerfile say, where the code does not", () => {
    expect(made({ "config/default.toml": "[server]\nport = 7002\n" }).facts.port?.value).toBe(7002);
    expect(made({ Dockerfile: "FROM rust\nEXPOSE 7003\n" }).facts.port?.value).toBe(7003);
    expect(made({}).facts.port).toMatchObject({ value: 3000, confidence: "assumed" });
  });

  it("is opened to the network by its variable, or warned about", () => {
    const bound = made({
      "src/main.rs":
        'fn main() {\n    let a = std::env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:8000".into());\n    TcpListener::bind(a);\n}\n',
    });
    expect(bound.dockerfile).toContain("ENV ADDRESS=0.0.0.0:8000");
    expect(bound.warnings).toEqual([]);
    const fixed = made({ "src/main.rs": 'fn main() {\n    TcpListener::bind("127.0.0.1:8000");\n}\n' });
    expect(fixed.warnings.join()).toContain("src/main.rs:2 listens on loopback");
  });
});

describe("what a Rust server is called with", () => {
  const start = (files: Record<string, string>): unknown => made(files).facts.start?.value;
  const commands = (field: string): Record<string, string> => ({
    "src/cli.rs": `#[derive(Parser)]\nstruct Cli {\n    command: ${field},\n}\n#[derive(Debug, Subcommand)]\nenum Command {\n    Migrate,\n    Serve { port: u16 },\n}\n`,
  });

  it("is Loco's, with its settings of production", () => {
    const { dockerfile, findings, facts } = made({
      "Cargo.toml": crate('loco-rs = "0.16"\n'),
      "src/main.rs": "async fn main() -> loco_rs::Result<()> { cli::main::<App>().await }\n",
      "config/production.yaml": "server:\n  port: 5151\n  binding: localhost\n",
    });
    expect(findings).toEqual([]);
    expect(facts.port?.value).toBe(5151);
    expect(dockerfile).toMatch(/COPY [^\n]*config \.\/config\/[\s\S]*ENV LOCO_ENV=production/);
    expect(dockerfile).toMatch(/"start", "--binding", "0\.0\.0\.0"\]/);
  });

  it("is the command that serves, unless one is optional; or what the Procfile has", () => {
    expect(start(commands("Command"))).toEqual(["/usr/local/bin/shop", "serve"]);
    expect(start(commands("Option<Command>"))).toEqual(["/usr/local/bin/shop"]);
    expect(start({ Procfile: "web: ./target/release/shop server\n" })).toEqual([
      "/usr/local/bin/shop",
      "server",
    ]);
  });
});

describe("programs that a Rust program calls", () => {
  it("are installed on a base that can", () => {
    const { dockerfile, findings } = made({
      "src/thumb.rs": 'fn t() { Command::new("ffmpeg").arg("-i"); }\n',
    });
    expect(findings).toEqual([]);
    expect(dockerfile).toMatch(
      /FROM debian:trixie-slim AS runtime[\s\S]*install [^\n]*ca-certificates ffmpeg/,
    );
  });
});

describe("a front end beside a Rust program", () => {
  const web = {
    "web/package.json": '{"name":"web","scripts":{"build":"vite build"},"devDependencies":{"vite":"7"}}',
    "web/package-lock.json": "{}",
    "web/index.html": "",
  };

  it("is built first, and served from where the code looks for it", () => {
    const { dockerfile, findings } = made({
      ...web,
      "src/files.rs":
        'fn f() { ServeDir::new("web/dist").fallback(ServeFile::new("web/dist/index.html")); }\n',
    });
    expect(findings).toEqual([]);
    expect(dockerfile).toMatch(/AS frontend[\s\S]*npm ci[\s\S]*AS builder/);
    expect(dockerfile).toMatch(/AS runtime[\s\S]*COPY --from=frontend \/app\/dist\/ \.\/web\/dist\//);
  });

  it("is there before the compiler embeds it, from the crate's folder", () => {
    const { dockerfile } = made({
      ...web,
      "src/files.rs": '#[derive(RustEmbed)]\n#[folder = "web/dist"]\nstruct Files;\n',
    });
    expect(dockerfile).toMatch(
      /COPY --from=frontend \/app\/dist\/ \.\/web\/dist\/[\s\S]*cargo build[\s\S]*AS runtime/,
    );
    expect(dockerfile).not.toMatch(/AS runtime[\s\S]*--from=frontend/);
  });

  it("is none where the project holds it, or where nothing builds it", () => {
    const serve = { "src/files.rs": 'fn f() { ServeDir::new("web/dist"); }\n' };
    expect(made(serve).dockerfile).not.toContain("AS frontend");
    expect(made({ ...web, ...serve, "web/dist/index.html": "" }).dockerfile).not.toContain("AS frontend");
  });
});
