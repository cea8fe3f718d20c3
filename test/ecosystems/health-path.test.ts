import { describe, expect, it } from "vitest";
import { generated } from "../generate/from-files.ts";

/** The path that is probed, undefined for a TCP connect. */
function path(files: Readonly<Record<string, string>>): unknown {
  return generated(files).facts.healthPath?.value;
}

const fastapi = (main: string, router = ""): Readonly<Record<string, string>> => ({
  "requirements.txt": "fastapi\nuvicorn\n",
  "main.py": `from fastapi import FastAPI\napp = FastAPI()\n${main}`,
  ...(router === "" ? {} : { "api/status.py": router }),
});
const router = 'router = APIRouter()\n@router.get(\n    "/health"\n)\ndef health(): ...\n';

describe("a health path is the one that is served", () => {
  it.each([
    ["on the application", fastapi('@app.get("/healthz")\ndef h(): ...\n'), "/healthz"],
    ["on a router without a prefix", fastapi("app.include_router(status.router)\n", router), "/health"],
    [
      "below the prefix of who includes it",
      fastapi('app.include_router(router, prefix="/v1")\n', router),
      "/v1/health",
    ],
    [
      "below its own prefix",
      fastapi("app.include_router(router)\n", router.replace("APIRouter()", 'APIRouter(prefix="/api")')),
      "/api/health",
    ],
    [
      "a prefix that only runs say",
      fastapi("app.include_router(router, prefix=settings.API)\n", router),
      undefined,
    ],
    ["a word that is no route", fastapi('PAGE = "/health"\n'), undefined],
  ])("FastAPI: %s", (_, files, expected) => {
    expect(path(files)).toBe(expected);
  });

  it("Django: only where the host of a probe is allowed", () => {
    const django = (hosts: string): Readonly<Record<string, string>> => ({
      "requirements.txt": "django\ngunicorn\n",
      "manage.py": "",
      "site/wsgi.py": "application = get_wsgi_application()\n",
      "site/settings.py": `ALLOWED_HOSTS = ${hosts}\nROOT_URLCONF = "site.urls"\n`,
      "site/urls.py": 'urlpatterns = [path("health/", health)]\n',
      "shop/urls.py": 'urlpatterns = [path("healthz", health)]\n',
    });
    expect(path(django('["example.com"]'))).toBeUndefined();
    expect(path(django('["*"]'))).toBe("/health/");
  });

  const express = (main: string): Readonly<Record<string, string>> => ({
    "package.json": JSON.stringify({
      name: "x",
      scripts: { start: "node server.js" },
      dependencies: { express: "5" },
    }),
    "package-lock.json": "{}",
    "server.js": `const app = express();\n${main}\napp.listen(3000);\n`,
    "routes.js": 'const router = express.Router();\nrouter.get("/health", (q, r) => r.send("ok"));\n',
  });
  it("Express: a router below a path is not probed at the root, the application's own route is", () => {
    expect(path(express("app.use(router);"))).toBe("/health");
    expect(path(express('app.use("/api", router);'))).toBeUndefined();
    expect(path(express('app.use("/api", router);\napp.get("/healthz", ok);'))).toBe("/healthz");
  });

  it("Nest: a controller's name below the global prefix", () => {
    const nest = (main: string): Readonly<Record<string, string>> => ({
      "package.json": JSON.stringify({
        name: "x",
        scripts: { build: "nest build", start: "nest start" },
        dependencies: { "@nestjs/core": "11" },
      }),
      "package-lock.json": "{}",
      "src/main.ts": `${main}\nawait app.listen(3000);\n`,
      "src/health.controller.ts": '@Controller("health")\nexport class H {\n  @Get()\n  ok() {}\n}\n',
    });
    expect(path(nest(""))).toBe("/health");
    expect(path(nest('app.setGlobalPrefix("api");'))).toBe("/api/health");
    expect(path(nest("app.setGlobalPrefix(prefix);"))).toBeUndefined();
  });

  it("Next.js: a route file", () => {
    const files = {
      "package.json": JSON.stringify({
        name: "x",
        scripts: { build: "next build" },
        dependencies: { next: "16" },
      }),
      "package-lock.json": "{}",
      "app/api/health/route.ts": "",
    };
    expect(path(files)).toBe("/api/health");
    expect(path({ ...files, "next.config.js": 'module.exports = { basePath: "/shop" }' })).toBeUndefined();
  });

  const gin = (routes: string): Readonly<Record<string, string>> => ({
    "go.mod": "module x\ngo 1.26\nrequire github.com/gin-gonic/gin v1.10.0\n",
    "main.go": `package main\n\nfunc main() {\n\tr := gin.Default()\n${routes}\n\tr.Run(":8080")\n}\n`,
  });
  it("Go: at the root, below a group, and nothing for a closure's router", () => {
    expect(path(gin('\tr.GET("/health", h)'))).toBe("/health");
    expect(path(gin('\tv1 := r.Group("/v1")\n\tapi := v1.Group("/api/")\n\tapi.GET("/health", h)'))).toBe(
      "/v1/api/health",
    );
    expect(path(gin('\tr.Route("/v1", func(r chi.Router) {\n\t\tr.Get("/health", h)\n\t})'))).toBeUndefined();
  });

  it("Rust: nothing where routers are nested", () => {
    const axum = (app: string): Readonly<Record<string, string>> => ({
      "Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\n[dependencies]\naxum = "0.8"\n',
      "Cargo.lock": "",
      "src/main.rs": `fn main() { let app = Router::new()\n${app};\n let l = TcpListener::bind("0.0.0.0:3000"); axum::serve(l, app); }\n`,
    });
    expect(path(axum('.route("/health", get(ok))'))).toBe("/health");
    expect(path(axum('.nest("/api", Router::new().route("/health", get(ok)))'))).toBeUndefined();
  });

  it("Java: below the path of the class and of the application", () => {
    const spring = (settings: string, type = ""): Readonly<Record<string, string>> => ({
      "pom.xml":
        "<project><artifactId>x</artifactId><parent><artifactId>spring-boot-starter-parent</artifactId></parent><dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>",
      "src/main/resources/application.properties": settings,
      "src/main/java/x/Main.java":
        "@SpringBootApplication\nclass Main { public static void main(String[] a) {} }\n",
      "src/main/java/x/Health.java": `@RestController\n${type}class Health {\n  @GetMapping("/health")\n  String ok() {}\n}\n`,
    });
    expect(path(spring(""))).toBe("/health");
    expect(path(spring("", '@RequestMapping("/api")\n'))).toBe("/api/health");
    expect(path(spring("server.servlet.context-path=/shop\n"))).toBe("/shop/health");
  });
});
