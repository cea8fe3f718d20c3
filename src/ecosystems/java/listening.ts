import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { exposedPort } from "../exposed-port.ts";
import { findHealthPath } from "../health-path.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";
import { contextPath, javaMounting } from "./mounting.ts";
import { readSettings, setting } from "./settings.ts";

/** What is asked of a module: its folder, the text of its build files, its framework. */
export interface Served {
  readonly folder: string;
  readonly text: string;
  /** The build file that shows the framework. */
  readonly file: string;
  readonly framework: string | undefined;
}

const portKeys = [
  "server.port",
  "quarkus.http.port",
  "micronaut.server.port",
  "http.port",
  "ktor.deployment.port",
];

const inCode =
  /(?:embeddedServer\([^)]*port\s*=\s*|new Server\(\s*|addHttpListener\(\s*|[fF]orPort\(\s*|(?:connector|tomcat)\w*\.setPort\(\s*|env(?:\(\)\.get|iron)?[([]\s*"PORT"\s*[)\]][^;]{0,120}?\b|\.start\(\s*|InetSocketAddress\(\s*|\bport\(\s*|listen\(\s*|\.port\s*\?:\s*|[gG]et(?:Integer|OrDefault)\(\s*"[\w.]*(?:port|PORT)"\s*,\s*"?|PORT"\)?[^\n;]{0,60}?\b)(\d{4,5})\b/;

/** A server that the code itself starts, of no framework or of one that needs none. */
const started =
  /\bUndertow\.builder\(|\bHttpServer\.create\(|\bnew (?:Server|Tomcat|JettyServer)\(|\b(?:NettyServer|Server)Builder\.forPort\(|\bGrpc\.newServerBuilderForPort\(|new ServerSocket\(|\bembeddedServer\(|\bcreate(?:Http|Net)Server\(/;

const usual: Readonly<Record<string, number>> = { Javalin: 7070, Spark: 4567 };

/** Starters that bring a web server, by framework; without one of them nothing listens. */
const servers: Readonly<Record<string, RegExp>> = {
  "Spring Boot":
    /starter-(?:web|webmvc|webflux|webservices|jersey|data-rest|graphql|thymeleaf|websocket|hateoas|tomcat|jetty|undertow)\b|spring-web\b|spring-cloud-(?:starter-)?(?:gateway|config-server|netflix-(?:eureka-server|zuul|turbine|hystrix-dashboard|turbine-stream))|boot-admin-starter-server|vaadin-spring-boot|mcp-server-web/,
  Quarkus:
    /quarkus-(?:[\w-]*(?:rest|resteasy|vertx-http|undertow|reactive-routes|graphql|openapi|smallrye-(?:health|metrics)|grpc|funqy-(?:http|knative)|websockets|spring-web|qute-web|micrometer-registry|web-bundler|renarde|oidc|azure-functions-http|swagger-ui)[\w-]*)|quarkus-(?:primefaces|myfaces)/,
  // A client has the same group.
  Ktor: /ktor[-._:]?server|\bserver[-._](?:netty|cio|jetty|tomcat|core)|ktor-starter/i,
  "Vert.x": /vertx-(?:web(?!-client)|grpc|graphql|http|lang)|vertx-maven-plugin|vertx-stack|vertx-shell/,
  Micronaut:
    /micronaut-http-server|micronaut-runtime|micronaut-http-validation|<artifactId>micronaut-parent|runtime\s*\(?\s*["']?(?:netty|tomcat|jetty|undertow)/,
};

/** The port a module listens on: its settings, its code, the framework's usual one; undefined when nothing listens. */
export function portOf(project: Project, served: Served, parameters: Parameters): Fact<number> | undefined {
  const { folder, framework, text } = served;
  if (parameters.port !== undefined) return given(parameters.port, "port");
  for (const key of portKeys) {
    const found = setting(project, folder, key);
    const port = Number(found?.value);
    if (found && port > 0) return certain(port, evidence(project, found.file, found.value));
  }
  const hocon = `${folder === "" ? "" : `${folder}/`}src/main/resources/application.conf`;
  const deployed = /\bport\s*=\s*(\d+)/.exec(project.read(hocon) ?? "")?.[1];
  if (deployed !== undefined) return certain(Number(deployed), evidence(project, hocon, deployed));
  const files = sources(project, [".java", ".kt"]).filter(
    (file) => folder === "" || file.startsWith(`${folder}/`),
  );
  for (const file of files) {
    const found = inCode.exec(project.read(file) ?? "");
    if (found?.[1] !== undefined)
      return certain(
        Number(found[1]),
        evidence(project, file, found[0].split("\n").at(-1)?.trim() ?? inCode),
      );
  }
  if (framework === undefined || servers[framework]?.test(text) === false) {
    const file = files.find((name) => started.test(project.read(name) ?? ""));
    return file === undefined
      ? undefined
      : (exposedPort(project, folder) ?? {
          ...assumed(8080, "a server is started, its port is not stated"),
          evidence: [evidence(project, file, started)],
        });
  }
  return fromProfiles(project, folder) ?? exposedPort(project, folder) ?? usualPort(framework);
}

/** PORT, where the code or the settings take the port from it and have none of their own without it. */
export function portVariable(project: Project, folder: string): { readonly portVariable?: Fact<string> } {
  const files = sources(project, [".java", ".kt"]).filter(
    (file) => folder === "" || file.startsWith(`${folder}/`),
  );
  const read = /\bgetenv\(\s*"PORT"\s*\)/;
  const file = files.find((name) => read.test(project.read(name) ?? ""));
  if (file !== undefined) return { portVariable: certain("PORT", evidence(project, file, read)) };
  for (const key of portKeys) {
    const found = setting(project, folder, key);
    if (found?.value === "${PORT}")
      return { portVariable: certain("PORT", evidence(project, found.file, found.value)) };
  }
  return {};
}

function usualPort(framework: string): Fact<number> {
  return assumed(usual[framework] ?? 8080, "the framework's usual port");
}

/** The one port that settings under other names agree on: those of a profile, or of a shared file. */
function fromProfiles(project: Project, folder: string): Fact<number> | undefined {
  const prefix = folder === "" ? "" : `${folder}/`;
  const found = project.files
    .filter(
      (file) =>
        file.startsWith(`${prefix}src/main/resources/`) &&
        !file.slice(prefix.length + "src/main/resources/".length).includes("/") &&
        /\.(?:properties|ya?ml)$/.test(file) &&
        !/test/.test(file),
    )
    .flatMap((file) => portKeys.flatMap((key) => ({ file, value: readSettings(project, file).get(key) })))
    .flatMap(({ file, value }) => {
      const port = Number(/^(?:\$\{[^:}]+:)?(\d{2,5})\}?$/.exec(value ?? "")?.[1]);
      return port > 0 ? [{ file, port }] : [];
    });
  const [first] = found;
  return first === undefined || found.some(({ port }) => port !== first.port)
    ? undefined
    : likely(first.port, `${first.file} sets it`, evidence(project, first.file, String(first.port)));
}

interface Endpoint {
  readonly framework: string;
  readonly needle: string;
  readonly base: string;
  /** Setting that moves the endpoints below another path. */
  readonly moved: string;
  readonly path: string;
  /** Settings that give the endpoints a port of their own. */
  readonly ports: readonly string[];
}

const endpoints: readonly Endpoint[] = [
  { framework: "Spring Boot", needle: "actuator", base: "/actuator", moved: "management.endpoints.web.base-path", path: "/health", ports: ["management.server.port", "management.port"] },
  { framework: "Quarkus", needle: "smallrye-health", base: "/q", moved: "quarkus.http.non-application-root-path", path: "/health", ports: ["quarkus.management.port"] },
  { framework: "Micronaut", needle: "micronaut-management", base: "", moved: "endpoints.all.path", path: "/health", ports: ["endpoints.all.port"] },
]; // biome-ignore format: a table

/**
 * The path that says the application is well, as its settings have it. Undefined where it is served on a port of its
 * own, or where the application's own security rules do not name it: a probe would be turned away.
 */
export function healthOf(project: Project, served: Served, parameters: Parameters): Fact<string> | undefined {
  if (parameters.healthPath !== undefined) return given(parameters.healthPath, "healthPath");
  const endpoint = endpoints.find(
    ({ framework, needle }) => framework === served.framework && served.text.includes(needle),
  );
  if (endpoint === undefined) return findHealthPath(project, [".java", ".kt"], javaMounting);
  const own = endpoint.ports.map((key) => setting(project, served.folder, key)?.value);
  const port = portOf(project, served, parameters)?.value;
  if (own.some((value) => value !== undefined && Number(value) !== port)) return undefined;
  const application = contextPath(project);
  const moved = setting(project, served.folder, endpoint.moved)?.value;
  const base = moved === undefined ? endpoint.base : moved === "/" ? "" : `/${moved.replace(/^\/|\/$/g, "")}`;
  if (application === undefined || base.includes("$") || guarded(project, served, base || endpoint.path))
    return undefined;
  const file = evidence(project, served.file, endpoint.needle);
  return certain(`${application}${base}${endpoint.path}`, file);
}

const ownRules =
  /SecurityFilterChain|SecurityWebFilterChain|WebSecurityConfigurerAdapter|ResourceServerConfigurerAdapter/;

/** Spring Security with rules of the application's own that do not mention the path. */
function guarded(project: Project, served: Served, path: string): boolean {
  if (served.framework !== "Spring Boot" || !/starter-(?:security|oauth2)|spring-security/.test(served.text))
    return false;
  const rules = sources(project, [".java", ".kt"])
    .map((file) => project.read(file) ?? "")
    .filter((body) => ownRules.test(body));
  return (
    rules.length > 0 &&
    !rules.some(
      (body) => body.includes(path.slice(1)) || /EndpointRequest|anyRequest\(\)\s*\.permitAll/.test(body),
    )
  );
}
