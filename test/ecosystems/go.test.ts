import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const mod = "module example.com/shop\n\ngo 1.25\n";
const server = (body: string, imports = '"net/http"'): string =>
  `package main\nimport (\n\t${imports}\n)\nfunc main() {\n\t${body}\n\thttp.ListenAndServe(address(), nil)\n}\n`;
const facts = (files: Record<string, string>): ReturnType<typeof generated>["facts"] =>
  generated({ "go.mod": mod, "main.go": server(""), ...files }).facts;

describe("what a Go module builds from", () => {
  it("is not whole where go.mod leads out of the directory", () => {
    const files = { "go.mod": `${mod}replace example.com/common => ../common\n`, "main.go": server("") };
    expect(refused(files).reason).toContain("../common");
    expect(refused(files).decide).toContain("go.work");
  });

  it("sees what is embedded inside of a var block too", () => {
    const { warnings } = generated({
      "go.mod": mod,
      "main.go": server("", '"net/http"\n)\nvar (\n\t//go:embed site\n\tfiles embed.FS'),
    });
    expect(warnings.join()).toContain("embeds site");
  });

  it("keeps packages that are called like documentation", () => {
    const ignore = (path: string): string =>
      generated({
        "go.mod": mod,
        "main.go": server("", `"net/http"\n\t_ "example.com/shop/${path}"`),
        "docs/docs.go": "package docs\n",
      }).dockerignore;
    expect(ignore("docs")).toMatch(/^!docs$/m);
    expect(ignore("api")).not.toContain("!docs");
  });

  it("takes vendored modules from language version 1.14 on, as go itself does", () => {
    const vendored = (version: string): unknown =>
      facts({ "go.mod": `module a\n\ngo ${version}\n`, "vendor/modules.txt": "# example.com/x v1.0.0\n" })
        .vendored?.value;
    expect(vendored("1.25")).toBe(true);
    expect(vendored("1.13")).toBe(false);
  });

  it("is vendor/ in GOPATH mode where there is no go.mod", () => {
    const { dockerfile, facts: known } = generated({
      "main.go": server("", '"net/http"\n\t"example.org/shop/price"\n\t"github.com/a/b"'),
      "price/price.go": "package price\n",
      "vendor/github.com/a/b/b.go": "package b\n",
    });
    expect(dockerfile).toContain("WORKDIR /go/src/example.org/shop");
    expect(dockerfile).toContain("GO111MODULE=off");
    expect(dockerfile).not.toContain("go mod");
    expect(known.name?.value).toBe("shop");
  });

  it("is a module of the path that the sources import it by, where go.mod is missing", () => {
    const loose = generated({
      "main.go": server("", '"net/http"\n\t"example.org/shop/price"'),
      "price/price.go": "package price\n",
      "Gopkg.lock": "",
    });
    expect(loose.dockerfile).toContain("go mod init example.org/shop");
    expect(loose.warnings.join()).toContain("Gopkg.lock");
    const godep = {
      "main.go": server(""),
      "Godeps/Godeps.json": '{"ImportPath": "example.org/store/cmd"}',
    };
    expect(generated(godep).dockerfile).toContain("go mod init example.org/store/cmd");
  });

  it("uses C where its own code does, not where a module's module might", () => {
    const indirect = `${mod}require github.com/mattn/go-sqlite3 v1.14.22 // indirect\n`;
    expect(
      facts({ "go.mod": indirect, "go.sum": "github.com/mattn/go-sqlite3 v1.14.22/go.mod h1:a=\n" }).cgo
        ?.value,
    ).toBe(false);
    expect(facts({ "store.go": 'package main\nimport _ "gorm.io/driver/sqlite"\n' }).cgo?.value).toBe(true);
    expect(facts({ "names.go": 'package main\nvar names = []string{\n\t"C",\n}\n' }).cgo?.value).toBe(false);
  });
});

describe("which Go program ships", () => {
  it("is no tool of the repository, no program of a module beside, no window", () => {
    const generator = { "go.mod": mod, "internal/gen/main.go": "package main\nfunc main() {}\n" };
    expect(refused(generator).reason).toContain("tools of the repository");
    expect(
      refused({ "go.mod": mod, "lib.go": "package lib\n", "_examples/a/main.go": server("") }).reason,
    ).toContain("library");
    const nested = { "plugin/go.mod": "module b\n", "plugin/main.go": server("") };
    expect(
      facts({ "main.go": "package lib\n", "cmd/shop/main.go": server(""), ...nested }).mainPackage?.value,
    ).toBe("./cmd/shop");
    expect(
      refused({ "go.mod": `${mod}require fyne.io/fyne/v2 v2.6.0\n`, "main.go": server("") }).reason,
    ).toContain("desktop");
  });

  it("is asked for among modules beside each other, and not taken from one of them", () => {
    const beside = {
      "go.mod": mod,
      "util.go": "package util\n",
      "a/go.mod": "module a\n",
      "a/main.go": server(""),
      "b/go.mod": "module b\n",
      "b/cmd/b/main.go": server(""),
    };
    expect(refused(beside).apps.map(({ path }) => path)).toEqual(["a", "b"]);
    const other = { "tools/go.mod": "module t\n", "tools/main.go": server('flag.Int("port", 7777, "")') };
    expect(facts(other).port?.value).toBe(8080);
  });

  it("is the one that the Procfile starts", () => {
    const two = { "main.go": "package lib\n", "cmd/a/main.go": server(""), "cmd/b/main.go": server("") };
    const chosen = (web: string): readonly unknown[] => {
      const { mainPackage, start } = facts({ ...two, Procfile: `web: ${web}\n` });
      return [mainPackage?.value, start?.value];
    };
    expect(refused(two).apps).toHaveLength(2);
    expect(chosen("bin/b --verbose")).toEqual(["./cmd/b", ["/usr/local/bin/b", "--verbose"]]);
    expect(chosen("go run ./cmd/a serve")).toEqual(["./cmd/a", ["/usr/local/bin/a", "serve"]]);
    expect(chosen("go run cmd/a/main.go")).toEqual(["./cmd/a", ["/usr/local/bin/a"]]);
  });

  it.each([
    ["app.yaml", "runtime: go127\nmain: ./cmd/b\n"],
    ["project.toml", '[[build.env]]\nname = "GOOGLE_BUILDABLE"\nvalue = "cmd/b"\n'],
    ["go.mod", `${mod}// +heroku install ./cmd/b\n`],
    ["render.yaml", "services:\n  - type: web\n    runtime: go\n    startCommand: ./b\n"],
  ])("is the one that a platform was told of in %s", (file, body) => {
    const two = { "main.go": "package lib\n", "cmd/a/main.go": server(""), "cmd/b/main.go": server("") };
    expect(facts({ ...two, [file]: body }).mainPackage?.value).toBe("./cmd/b");
  });

  it("is none among functions, and no library that stands in a folder of its own", () => {
    const functions = {
      "go.mod": `${mod}require github.com/GoogleCloudPlatform/functions-framework-go v1.9.0\n`,
      "main.go": "package shop\n",
      "price/go.mod": "module price\n",
      "price/price.go": "package price\n",
    };
    expect(refused(functions).kind).toBe("refused");
    expect(refused(functions).reason).toContain("functions");
  });

  it("is called by its module, in quotes or not", () => {
    expect(facts({ "go.mod": 'module "example.com/till"\n\ngo 1.25\n' }).name?.value).toBe("till");
  });

  it("is not the one that tries another, nor the one that holds directives", () => {
    const chosen = facts({
      "main.go": "//go:generate go run ./internal\n\npackage main\n\nfunc main() {}\n",
      "cmd/shop/main.go": server('flag.Int("port", 7001, "")'),
      "cmd/test-server/main.go": server('flag.Int("port", 9999, "")'),
    });
    expect([chosen.mainPackage?.value, chosen.port?.value]).toEqual(["./cmd/shop", 7001]);
  });

  it("is a command line program where it draws in a terminal and states no port", () => {
    const terminal = `${mod}require github.com/gdamore/tcell/v2 v2.8.0\n`;
    const sum = "github.com/gdamore/tcell/v2 v2.8.0/go.mod h1:a=\n";
    expect(facts({ "go.mod": terminal, "go.sum": sum }).appType?.value).toBe("cli");
    expect(
      facts({ "go.mod": terminal, "go.sum": sum, "main.go": server('http.ListenAndServe(":23", nil)') }).port
        ?.value,
    ).toBe(23);
  });
});

describe("where a Go program listens", () => {
  it.each([
    ['flag.String("listen", ":5678", "address")', 5678],
    ['flags.IntP("port", "p", 7001, "port")', 7001],
    ['viper.SetDefault("server.port", 4533)', 4533],
    ['env := getEnv("SHOP_PORT", "7002")', 7002],
  ])("%s", (line, port) => {
    expect(facts({ "main.go": server(line) }).port?.value).toBe(port);
  });

  it("is not a profiler's port, an address or a metric's", () => {
    const profiler =
      'package main\nimport _ "net/http/pprof"\nfunc debug() { http.ListenAndServe("localhost:6060", nil) }\n';
    expect(facts({ "debug.go": profiler }).port).toMatchObject({ value: 8080, confidence: "assumed" });
    expect(facts({ "main.go": server('flag.String("address", "127.0.0.1", "")') }).port?.value).toBe(8080);
    expect(facts({ "main.go": server('flag.String("metrics-port", ":9100", "")') }).port?.value).toBe(8080);
  });

  it("is what the example environment or the project's own Dockerfile says, where the code does not", () => {
    const config = 'package main\ntype HTTP struct {\n\tPort string `env:"HTTP_PORT,required"`\n}\n';
    expect(facts({ "config.go": config, ".env.example": "HTTP_PORT=7003\n" }).port?.value).toBe(7003);
    const address =
      'package main\ntype C struct {\n\tHTTPServerAddress string `mapstructure:"HTTP_SERVER_ADDRESS"`\n}\n';
    expect(facts({ "config.go": address, "app.env": "HTTP_SERVER_ADDRESS=0.0.0.0:7006\n" }).port?.value).toBe(
      7006,
    );
    expect(facts({ "conf.json": '{\n  "bind_address": "localhost:9090"\n}\n' }).port?.value).toBe(9090);
    expect(facts({ "conf/app.ini": "HttpPort = 8000\n" }).port?.value).toBe(8000);
    expect(facts({ Dockerfile: "FROM golang\nEXPOSE 7004/tcp\n" }).port?.value).toBe(7004);
    expect(facts({ Dockerfile: "FROM golang\nEXPOSE 22 7005\n" }).port?.value).toBe(7005);
  });

  it("is warned about where it is loopback", () => {
    const { warnings } = generated({
      "go.mod": mod,
      "main.go": server('flags.StringP("address", "a", "127.0.0.1", "")'),
    });
    expect(warnings.join()).toContain("main.go:6 listens on loopback");
    const tag = 'package main\ntype options struct {\n\tHost string `long:"bind" default:"localhost"`\n}\n';
    expect(generated({ "go.mod": mod, "main.go": server(""), "options.go": tag }).warnings.join()).toContain(
      "options.go:3",
    );
    const fixed = generated({ "go.mod": mod, "main.go": server('e.Start("127.0.0.1:8585")') });
    expect(fixed.warnings.join()).toContain("listens on loopback");
    const said = server('r.Run() // 0.0.0.0:8080 (for windows "localhost:8080")');
    expect(generated({ "go.mod": mod, "main.go": said }).warnings).toEqual([]);
  });
});

describe("functions of the Functions Framework", () => {
  const framework = "github.com/GoogleCloudPlatform/functions-framework-go";
  const files = (body: string): Record<string, string> => ({
    "go.mod": `${mod}require ${framework} v1.9.0\n`,
    "function.go": `package shop\nfunc init() {\n${body}\n}\n`,
  });

  it("get the program that their platform would add", () => {
    const { dockerfile, findings, facts: known } = generated(files('\tfunctions.HTTP("Price", price)'));
    expect(findings).toEqual([]);
    expect(known.name?.value).toBe("shop");
    expect(dockerfile).toMatch(
      /functions_main\/main\.go[\s\S]*_ "example\.com\/shop"[\s\S]*-mod=mod[\s\S]*\.\/functions_main/,
    );
    expect(dockerfile).toMatch(/PORT=8080[\s\S]*FUNCTION_TARGET=Price/);
  });

  it("are named where there are several, and refused where none is registered", () => {
    const several = generated(files('\tfunctions.HTTP("A", a)\n\tfunctions.CloudEvent("B", b)'));
    expect(several.warnings.join()).toContain("A, B");
    expect(several.dockerfile).not.toContain("FUNCTION_TARGET");
    expect(refused(files("")).decide).toContain("funcframework.Start");
  });
});

describe("what listens beside a Go program", () => {
  it("is not where the program listens: the profiler, a server of the repository's own tests", () => {
    const profiler = 'package main\nfunc debug() {\n\thttp.ListenAndServe("localhost:6060", nil)\n}\n';
    const plain = { "main.go": "package main\nfunc main() {\n\tscan()\n}\n" };
    expect(facts({ ...plain, "debug.go": profiler }).appType?.value).toBe("cli");
    const fake = { "integration/dns.go": 'package integration\nvar s = &dns.Server{Addr: ":5053"}\n' };
    expect(facts({ "cmd/shop/main.go": server(""), "main.go": "package lib\n", ...fake }).port?.value).toBe(
      8080,
    );
  });

  it("has no route that the program's port answers", () => {
    const ready = (addr: string): Record<string, string> => ({
      "plugin/ready/setup.go": `package ready\nconst addr = "${addr}"\n`,
      "plugin/ready/ready.go":
        'package ready\nfunc start() {\n\tln, _ := net.Listen("tcp", addr)\n\thttp.HandleFunc("/ready", ok)\n\thttp.Serve(ln, nil)\n}\n',
    });
    expect(facts(ready(":8181")).healthPath).toBeUndefined();
    expect(facts(ready(":8080")).healthPath?.value).toBe("/ready");
  });
});

describe("a Go listener of its own", () => {
  it("states the port where no other call does", () => {
    const grpc = server('lis, _ := net.Listen("tcp", ":50051")\n\ts.Serve(lis)');
    expect(facts({ "main.go": grpc }).port?.value).toBe(50051);
    const both = server('lis, _ := net.Listen("tcp", ":50051")\n\thttp.ListenAndServe(":8181", nil)');
    expect(facts({ "main.go": both }).port?.value).toBe(8181);
  });
});

describe("what a Go server is called with", () => {
  const start = (files: Record<string, string>): unknown => facts(files).start?.value;

  it("is the command that serves where the program does nothing without one", () => {
    const cobra = (root: string): Record<string, string> => ({
      "cmd.go": `package main\nvar rootCmd = &cobra.Command{\n\tUse: "shop",\n${root}}\nvar serve = &cobra.Command{\n\tUse: "serve [config]",\n\tRunE: func(c *cobra.Command, a []string) error { return nil },\n}\n`,
    });
    expect(start(cobra(""))).toEqual(["/usr/local/bin/shop", "serve"]);
    expect(start(cobra("\tRun: func(c *cobra.Command, a []string) { c.Help() },\n"))).toContain("serve");
    expect(start(cobra("\tRun: func(c *cobra.Command, a []string) { listen() },\n"))).toEqual([
      "/usr/local/bin/shop",
    ]);
    const tagged = 'package main\ntype options struct {\n\tServer ServerCommand `command:"server"`\n}\n';
    expect(start({ "options.go": tagged })).toContain("server");
    const switched =
      'package main\nfunc run() {\n\tswitch os.Args[1] {\n\tcase "server":\n\t\tserver()\n\t}\n}\n';
    expect(start({ "run.go": switched })).toContain("server");
  });

  it("is what the Procfile has behind it", () => {
    expect(start({ Procfile: "web: bin/shop web --migrate\n" })).toEqual([
      "/usr/local/bin/shop",
      "web",
      "--migrate",
    ]);
  });
});

describe("what a Go program opens while running", () => {
  it("is what the code names and the project holds, unless it is embedded", () => {
    const dockerfile = generated({
      "go.mod": mod,
      "main.go": server('load("./config/local.yml"); read("products.json"); read("missing.json")'),
      "config/local.yml": "",
      "products.json": "[]",
    }).dockerfile;
    expect(dockerfile).toMatch(/COPY [^\n]*config\/ \.\/config\//);
    expect(dockerfile).toMatch(/COPY [^\n]*products\.json \.\/\n/);
    expect(dockerfile).not.toContain("missing.json");
  });

  it("is a folder of views and the settings that viper looks for; code stays behind, and secrets", () => {
    const { value } = facts({
      "main.go": server(
        'html.New("./views", ".html"); viper.SetConfigName("app"); open("store/seed.sql"); open("secrets.json")',
      ),
      "views/index.html": "",
      "app.env": "",
      "store/store.go": "package store\n",
      "store/seed.sql": "",
      "secrets.json": "",
    }).runtimeFiles ?? { value: undefined };
    expect(value).toEqual(["views", "store/seed.sql", "app.env"]);
  });
});

describe("a Go health route", () => {
  const path = (before: string, owner = "r"): unknown =>
    facts({
      "router.go": `package main\nfunc routes() {\n\t${owner} := mux.NewRouter()\n${before}\t${owner}.HandleFunc("/health", ok)\n\tapi := ${owner}.PathPrefix("/api").Subrouter()\n}\n`,
    }).healthPath?.value;

  it("is seen behind a closure that has ended, and is none on a router for operators", () => {
    expect(path("")).toBe("/health");
    expect(
      path("\tr.Use(func(n http.Handler) http.Handler {\n\t\treturn func(w W, r *R) {\n\t\t}\n\t})\n"),
    ).toBe("/health");
    expect(path("", "telemetryRouter")).toBeUndefined();
  });
});

describe("keys that a Go program reads", () => {
  it("have to be mounted", () => {
    const files = {
      "go.mod": mod,
      "main.go": server('tls.LoadX509KeyPair("cert.pem", "key.pem")'),
      "cert.pem": "-----BEGIN CERTIFICATE-----\n",
      "key.pem": "-----BEGIN PRIVATE KEY-----\n",
    };
    expect(generated(files).warnings.join()).toContain("uses cert.pem, key.pem");
    expect(generated({ ...files, "main.go": server("") }).warnings).toEqual([]);
  });
});

describe("programs that a Go program calls", () => {
  const call = { "draw.go": 'package main\nvar c = exec.CommandContext(ctx, "/usr/bin/dot", "-Tpng")\n' };

  it("are installed on a base that can", () => {
    const { dockerfile, findings } = generated({ "go.mod": mod, "main.go": server(""), ...call });
    expect(findings).toEqual([]);
    expect(dockerfile).toMatch(
      /FROM debian:trixie-slim AS runtime[\s\S]*install [^\n]*ca-certificates graphviz/,
    );
    expect(dockerfile).toContain("draw.go calls");
  });

  it("are missed where the base that was asked for has no package manager", () => {
    const files = { "go.mod": mod, "main.go": server(""), ...call };
    expect(generated(files, { baseRuntime: "scratch" }).warnings.join()).toContain("graphviz");
  });
});

describe("a front end that a Go program serves from a folder", () => {
  it("is built by the workspace that holds its lock file", () => {
    const { dockerfile, findings } = generated({
      "go.mod": mod,
      "main.go": server('http.Handle("/", http.FileServer(http.Dir("./ui/dist")))'),
      "package.json": '{"private":true,"workspaces":["ui"]}',
      "package-lock.json": "{}",
      "ui/package.json": '{"name":"ui","scripts":{"build":"vite build"},"devDependencies":{"vite":"7"}}',
      "ui/index.html": "",
    });
    expect(findings).toEqual([]);
    expect(dockerfile).toContain("COPY package.json package-lock.json ./");
    expect(dockerfile).not.toMatch(/AS runtime[\s\S]*COPY [^\n]* ui\//);
    expect(dockerfile).toMatch(/AS runtime[\s\S]*COPY --from=frontend \/app\/ui\/dist\/ \.\/ui\/dist\//);
  });
});
