import { describe, expect, it } from "vitest";
import { generated, refused } from "../generate/from-files.ts";

const main = (name: string): Readonly<Record<string, string>> => ({
  [`src/main/java/shop/${name}.java`]: `package shop;\npublic class ${name} {\n  public static void main(String[] args) {}\n}\n`,
});
const pom = (body: string): string =>
  `<project><groupId>a</groupId><artifactId>shop</artifactId><version>1</version>${body}</project>`;
const bootParent = (version: string): string =>
  `<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>${version}</version></parent>`;
const web =
  "<dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies>";
const bootPlugin =
  "<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>";
const boot = (version: string, more = ""): string => pom(bootParent(version) + more + web + bootPlugin);

describe("Spring Boot's releases", () => {
  it("take their jar apart with the mode they know, or not at all", () => {
    const commands = (version: string): string =>
      generated({ "pom.xml": boot(version), ...main("Shop") }).dockerfile;
    expect(commands("3.5.1")).toContain("-Djarmode=tools");
    expect(commands("2.7.18")).toContain("-Djarmode=layertools");
    expect(commands("2.1.0")).not.toContain("jarmode");
    expect(commands("2.1.0")).toContain('ENTRYPOINT ["java", "-jar", "app.jar"]');
  });

  it("are read from Gradle's plugin block and from a version catalog", () => {
    const gradle = (build: string, more = {}): unknown =>
      generated({ "build.gradle": build, "settings.gradle": "", ...main("Shop"), ...more }).facts.jarMode
        ?.value;
    expect(gradle("plugins {\n id 'org.springframework.boot' version '2.6.3'\n}\n")).toBe("layertools");
    expect(
      gradle("plugins {\n alias(libs.plugins.spring.boot)\n}\n", {
        "gradle/libs.versions.toml":
          '[plugins]\nspring-boot = { id = "org.springframework.boot", version = "3.0.1" }\n',
      }),
    ).toBe("layertools");
  });

  it("run on what their parent compiles for where the build says nothing", () => {
    const version = (release: string): unknown =>
      generated({ "pom.xml": boot(release), ...main("Shop") }).facts.version?.value;
    expect(version("2.7.18")).toBe("8");
    expect(version("3.5.1")).toBe("17");
  });

  it("start as an executable war, with the server inside", () => {
    const { dockerfile, findings } = generated({
      "pom.xml": boot("3.5.1", "<packaging>war</packaging>"),
      ...main("Shop"),
    });
    expect(findings).toEqual([]);
    expect(dockerfile).toMatch(/for jar in target\/\*\.war[\s\S]*ENTRYPOINT \["java", "-jar", "app.jar"\]/);
    expect(dockerfile).not.toContain("tomcat");
  });
});

describe("the Java version", () => {
  const version = (files: Record<string, string>): unknown =>
    generated({ ...main("Shop"), ...files }).facts.version?.value;
  const plugin = "plugins {\n id 'application'\n}\napplication { mainClass = 'shop.Shop' }\n";

  it.each([
    ["sourceCompatibility = JavaVersion.toVersion('17')", "17"],
    ["tasks.withType(JavaCompile) { options.release = 21 }", "21"],
    ["kotlin { compilerOptions { jvmTarget = JvmTarget.JVM_17 } }", "17"],
    ["sourceCompatibility = 1.8", "8"],
  ])("is read from Gradle: %s", (line, expected) => {
    expect(version({ "build.gradle": `${plugin}${line}\n` })).toBe(expected);
  });

  it("is read from the version catalog, the CI, or limited by the wrapper's Gradle", () => {
    expect(
      version({ "build.gradle": plugin, "gradle/libs.versions.toml": '[versions]\njava = "17"\n' }),
    ).toBe("17");
    expect(
      version({
        "build.gradle": plugin,
        ".github/workflows/ci.yml": "steps:\n  - with:\n      java-version: '21'\n",
      }),
    ).toBe("21");
    const wrapper = "distributionUrl=https\\://services.gradle.org/distributions/gradle-8.4-bin.zip\n";
    expect(version({ "build.gradle": plugin, "gradle/wrapper/gradle-wrapper.properties": wrapper })).toBe(
      "17",
    );
  });

  it("compiles its probe with every release", () => {
    const { dockerfile } = generated({
      "pom.xml": boot("2.7.18"),
      ...main("Shop"),
      "src/main/java/shop/Health.java":
        '@RestController\nclass Health {\n  @GetMapping("/health")\n  String ok() {}\n}\n',
    });
    expect(dockerfile).toContain("temurin-8");
    expect(dockerfile).not.toMatch(/^\s*var /m);
  });
});

describe("which module ships", () => {
  const module = (body: string): string =>
    `<project><parent><artifactId>all</artifactId></parent><artifactId>m</artifactId>${body}</project>`;
  const all = (modules: readonly string[]): string =>
    pom(
      `<packaging>pom</packaging><modules>${modules.map((name) => `<module>${name}</module>`).join("")}</modules>`,
    );

  it("is the one with the plugin, below modules of modules, not the one that measures", () => {
    const { facts } = generated({
      "pom.xml": all(["libs", "apps", "apps", "benchmarks"]),
      "libs/pom.xml": module(""),
      "apps/pom.xml": module("<packaging>pom</packaging><modules><module>api</module></modules>"),
      "apps/api/pom.xml": module(bootPlugin),
      "benchmarks/pom.xml": module(bootPlugin),
    });
    expect(facts.module?.value).toBe("apps/api");
  });

  it("is the one whose jar the Procfile starts", () => {
    const files = {
      "pom.xml": all(["api", "admin"]),
      "api/pom.xml": module(bootPlugin),
      "admin/pom.xml": module(bootPlugin),
    };
    expect(refused(files).apps).toHaveLength(2);
    const named = { ...files, Procfile: "web: java $JAVA_OPTS -jar admin/target/admin.jar\n" };
    expect(generated(named).facts.module?.value).toBe("admin");
  });

  it("is none in a library, and not a platform or a plugin of the build", () => {
    const library = refused({
      "pom.xml": all(["core"]),
      "core/pom.xml": module(""),
      "core/src/main/java/A.java": "class A {}",
    });
    expect(library.reason).toContain("library");
    const { facts } = generated({
      "settings.gradle.kts": 'include(\n  ":api",\n  ":platform",\n)\n',
      "api/build.gradle.kts": 'plugins {\n  id("org.springframework.boot") version "4.0.1"\n}\n',
      "platform/build.gradle.kts":
        'plugins {\n  `java-platform`\n  id("org.springframework.boot") version "4.0.1" apply false\n}\n',
    });
    expect(facts.module?.value).toBe("api");
  });

  it("is found where the root's build file configures it", () => {
    const { dockerfile } = generated({
      "settings.gradle": "include 'core', 'shop'\n",
      "build.gradle": "project(':shop') {\n  apply plugin: 'java'\n}\n",
      "core/src/main/java/A.java": "class A {}",
      "shop/src/main/java/shop/Shop.java":
        "package shop;\nclass Shop {\n  public static void main(String[] a) {}\n}\n",
    });
    expect(dockerfile).toContain(":shop:collectLibraries");
  });

  it("is asked for where a plugin of the build's own packages some of them", () => {
    const service = (name: string): Record<string, string> => ({
      [`${name}/src/main/java/App.java`]:
        "class App {\n  public static void main(String[] a) { SpringApplication.run(App.class, a); }\n}\n",
    });
    const answer = refused({
      "settings.gradle": "include 'gateway', 'orders'\n",
      "gateway/build.gradle": "plugins {\n id 'org.springframework.boot' version '3.5.1'\n}\n",
      "orders/build.gradle": "apply plugin: OwnServicePlugin\n",
      ...service("gateway"),
      ...service("orders"),
    });
    expect(answer.apps.map(({ path }) => path)).toEqual(["gateway", "orders"]);
    // A package called samples or examples is a usual one.
    const petclinic = {
      "a/src/main/java/org/x/samples/App.java":
        "package org.x.samples;\nclass App {\n  public static void main(String[] a) { SpringApplication.run(App.class, a); }\n}\n",
    };
    expect(
      generated({
        "pom.xml": all(["a", "b"]),
        "a/pom.xml": module(""),
        "b/pom.xml": module(""),
        ...petclinic,
      }).facts.module?.value,
    ).toBe("a");
  });

  it("is found where the settings move its folder, and built by the path Gradle knows it by", () => {
    const { dockerfile } = generated({
      "settings.gradle.kts": 'include(":core", ":shop")\nproject(":shop").projectDir = file("server/api")\n',
      "core/build.gradle.kts": "",
      "server/api/build.gradle.kts": 'plugins {\n  id("org.springframework.boot") version "4.0.1"\n}\n',
    });
    expect(dockerfile).toContain(":shop:bootJar");
    expect(dockerfile).toContain("find server/api/build/libs");
  });

  it("does not build alone without the repositories of the build above it", () => {
    const alone = "apply plugin: 'java'\ndependencies {\n  implementation 'org.example:price:1.0'\n}\n";
    expect(refused({ "build.gradle": alone, ...main("Shop") }).reason).toContain("larger build");
    const whole = `repositories {\n  mavenCentral()\n}\n${alone}`;
    expect(generated({ "build.gradle": whole, ...main("Shop") }).plan.language).toBe("java");
  });

  it("does not build alone without the parent above it; a published parent is no obstacle", () => {
    const part = (version: string, own = ""): Record<string, string> => ({
      "pom.xml": `<project><parent><groupId>shop</groupId><artifactId>all</artifactId><version>${version}</version></parent><artifactId>api</artifactId>${own}${web}${bootPlugin}</project>`,
      ...main("Api"),
    });
    expect(refused(part("1.0-SNAPSHOT")).reason).toContain("its parent (all)");
    expect(refused(part("1.0")).decide).toContain("target");
    expect(generated(part("1.0", "<version>2</version>")).plan.language).toBe("java");
    const gradle = "plugins {\n id 'application'\n}\ndependencies { implementation project(':common') }\n";
    expect(refused({ "build.gradle": gradle, ...main("Api") }).reason).toContain("settings.gradle");
    const alone = {
      "build.gradle": `${gradle}application { mainClass = rootProject.group }\n`,
      gradlew: "",
      ...main("Api"),
    };
    expect(generated(alone).plan.language).toBe("java");
  });
});

describe("what starts", () => {
  it("is nothing of a library that is released to Maven Central", () => {
    const gpg =
      "<build><plugins><plugin><artifactId>maven-gpg-plugin</artifactId></plugin></plugins></build>";
    const files = { "pom.xml": pom(gpg), ...main("Demo") };
    expect(refused(files).reason).toContain("Maven Central");
    expect(generated(files, { start: ["java", "-cp", "lib/*", "shop.Demo"] }).facts.layout?.value).toBe(
      "classpath",
    );
    expect(generated({ ...files, "pom.xml": pom("") }).facts.mainClass?.value).toBe("shop.Demo");
  });

  it("is nothing where Gradle has no plugin, or where the pom is in a notation that is not read", () => {
    const commented = { "build.gradle": "/*\napply plugin: 'java'\n*/\n", ...main("Shop") };
    expect(refused(commented).reason).toContain("no plugin");
    const polyglot = refused({ "pom.yml": "artifactId: shop\n", ".mvn/extensions.xml": "", ...main("Shop") });
    expect([polyglot.facts.language?.value, polyglot.facts.packageManager?.value]).toEqual(["java", "maven"]);
    expect(polyglot.reason).toContain("pom.yml");
  });

  it("is not the Maven wrapper's own program, and none among functions", () => {
    const wrapper = {
      ".mvn/wrapper/MavenWrapperDownloader.java": "class M { public static void main(String[] a) {} }",
    };
    const functions = pom(
      "<dependencies><dependency><artifactId>functions-framework-api</artifactId></dependency></dependencies>",
    );
    expect(refused({ "pom.xml": functions, ...wrapper }).reason).toContain("functions");
  });

  it("is asked for where several classes could and the build names none", () => {
    const plain = { "pom.xml": pom("") };
    const answer = refused({ ...plain, ...main("First"), ...main("Second") });
    expect(answer.reason).toContain("shop.First, shop.Second");
    expect(answer.decide).toContain("start");
    expect(
      generated({ ...plain, ...main("First"), ...main("ShopApplication") }).facts.start?.value,
    ).toContain("shop.ShopApplication");
    const named = pom("<properties><mainClass>io.helidon.Main</mainClass></properties>");
    expect(generated({ "pom.xml": named }).facts.start?.value).toContain("io.helidon.Main");
  });

  it("is collected from a Gradle build without the application plugin", () => {
    const { dockerfile, findings } = generated({
      "build.gradle":
        "plugins {\n id 'java'\n}\njar { manifest { attributes('Main-Class': 'shop.Second') } }\n",
      "settings.gradle": "",
      ...main("First"),
      ...main("Second"),
    });
    expect(findings).toEqual([]);
    expect(dockerfile).toContain("collectLibraries");
    expect(dockerfile).not.toContain("installDist");
    expect(dockerfile).toContain('"shop.Second"');
  });

  it("is Dropwizard's server with its settings", () => {
    const { dockerfile, dockerignore } = generated({
      "pom.xml": pom(
        "<dependencies><dependency><groupId>io.dropwizard</groupId></dependency></dependencies><build><plugins><plugin><artifactId>maven-shade-plugin</artifactId></plugin></plugins></build>",
      ),
      "shop.yml": "server:\n  type: simple\n",
      ...main("Shop"),
    });
    expect(dockerfile).toContain('ENTRYPOINT ["java", "-jar", "app.jar", "server", "shop.yml"]');
    expect(dockerfile).toMatch(/COPY [^\n]*shop\.yml \.\//);
    expect(dockerignore).not.toContain("shop.yml");
  });

  it.each([
    [
      "Android",
      {
        "build.gradle": "plugins {\n id 'com.android.application'\n}\n",
        "settings.gradle": "include ':app'\n",
      },
    ],
    [
      "JavaFX",
      {
        "pom.xml": pom(
          "<dependencies><dependency><groupId>org.openjfx</groupId></dependency></dependencies>",
        ),
        ...main("Shop"),
      },
    ],
  ])("is nothing for a container: %s", (what, files) => {
    expect(refused(files as Record<string, string>).reason).toContain(what);
  });
});

describe("where it listens", () => {
  const settings = (yaml: string, pomText = boot("3.5.1")): ReturnType<typeof generated>["facts"] =>
    generated({ "pom.xml": pomText, ...main("Shop"), "src/main/resources/application.yml": yaml }).facts;
  const actuator = boot("3.5.1", "<!-- -->").replace(web, `${web}<a>spring-boot-starter-actuator</a>`);

  it("is the server's port, not that of another block", () => {
    expect(
      settings("server:\n  # public\n  port: ${PORT:8090}\nmanagement:\n  server:\n    port: 9000\n").port
        ?.value,
    ).toBe(8090);
    expect(
      settings("spring:\n  data:\n    redis:\n      port: 6379\nserver:\n  shutdown: graceful\n").port?.value,
    ).toBe(8080);
  });

  it("is what settings under another name agree on", () => {
    const port = (files: Record<string, string>): unknown =>
      generated({ "pom.xml": boot("3.5.1"), ...main("Shop"), ...files }).facts.port?.value;
    const at = (name: string): string => `src/main/resources/${name}`;
    expect(port({ [at("shop-server.yml")]: "server:\n  port: ${QUERY_PORT:9411}\n" })).toBe(9411);
    expect(
      port({
        [at("application-a.yml")]: "server.port: 1111\n",
        [at("application-b.yml")]: "server.port: 2222\n",
      }),
    ).toBe(8080);
  });

  it("is probed where the actuator answers, and over TCP where that is on a port of its own", () => {
    expect(settings("server:\n  port: 8081\n", actuator).healthPath?.value).toBe("/actuator/health");
    expect(
      settings("management:\n  endpoints:\n    web:\n      base-path: /management\n", actuator).healthPath
        ?.value,
    ).toBe("/management/health");
    expect(settings("server:\n  servlet:\n    context-path: /shop\n", actuator).healthPath?.value).toBe(
      "/shop/actuator/health",
    );
    expect(settings("management:\n  server:\n    port: 9000\n", actuator).healthPath).toBeUndefined();
  });

  it("is not probed behind security rules that do not name the path", () => {
    const secured = actuator.replace("<a>", "<a>spring-boot-starter-security</a><a>");
    const rules = (what: string): unknown =>
      generated({
        "pom.xml": secured,
        ...main("Shop"),
        "src/main/java/shop/Rules.java": `class Rules { SecurityFilterChain chain(HttpSecurity http) { ${what} } }`,
      }).facts.healthPath?.value;
    expect(rules('http.requestMatchers("/actuator/**").permitAll()')).toBe("/actuator/health");
    expect(rules("http.anyRequest().authenticated()")).toBeUndefined();
  });

  it("is not probed at the status of what the application deals with", () => {
    const path = (type: string): unknown =>
      generated({
        "pom.xml": boot("3.5.1"),
        ...main("Shop"),
        "src/main/java/shop/Orders.java": `@RestController\n@RequestMapping("${type}")\nclass Orders {\n  @GetMapping("/status")\n  String status() {}\n}\n`,
      }).facts.healthPath?.value;
    expect(path("/orders")).toBeUndefined();
    expect(path("/api/v1")).toBe("/api/v1/status");
  });

  it("is nowhere for a Quarkus command", () => {
    const quarkus = (extension: string): unknown =>
      generated({
        "pom.xml": pom(
          `<dependencies><dependency><groupId>io.quarkus</groupId><artifactId>${extension}</artifactId></dependency></dependencies><build><plugins><plugin><artifactId>quarkus-maven-plugin</artifactId></plugin></plugins></build>`,
        ),
        ...main("Shop"),
      }).facts.port?.value;
    expect(quarkus("quarkus-picocli")).toBeUndefined();
    expect(quarkus("quarkus-rest")).toBe(8080);
  });
});

describe("a server that the code starts itself", () => {
  const source = (body: string): Record<string, string> => ({
    "pom.xml": pom(""),
    "src/main/java/shop/Shop.java": `package shop;\npublic class Shop {\n  public static void main(String[] args) {\n${body}\n  }\n}\n`,
  });
  it.each([
    ["new Server(8181);", 8181],
    ["Undertow.builder().addHttpListener(8282, host);", 8282],
    ['int port = Optional.ofNullable(System.getenv("PORT"))\n.map(Integer::parseInt)\n.orElse(8383);', 8383],
    ["HttpServer.create(new InetSocketAddress(port), 0);", 8080],
  ])("listens: %s", (body, port) => {
    const { facts } = generated(source(body));
    expect([facts.appType?.value, facts.port?.value]).toEqual(["api", port]);
  });

  it("is given the port that it takes from the environment", () => {
    const asked = source('new Server(Integer.parseInt(System.getenv("PORT")));');
    expect(generated(asked).dockerfile).toContain("ENV PORT=8080");
    expect(generated(source("new Server(8181);")).dockerfile).not.toContain("ENV PORT");
    const settings = {
      ...main("Shop"),
      "src/main/resources/application.properties": "server.port=${PORT}\n",
    };
    expect(generated({ "pom.xml": boot("3.5.1"), ...settings }).dockerfile).toContain("ENV PORT=8080");
  });
});

describe("a client by the libraries of a server's framework", () => {
  it("listens nowhere", () => {
    const ktor = (library: string): unknown =>
      generated({
        "build.gradle.kts": `plugins {\n  application\n}\napplication {\n  mainClass.set("shop.Shop")\n}\ndependencies {\n  implementation("io.ktor:${library}:3.3.0")\n}\n`,
        "settings.gradle.kts": "",
        ...main("Shop"),
      }).facts.port?.value;
    expect(ktor("ktor-client-cio")).toBeUndefined();
    expect(ktor("ktor-server-netty")).toBe(8080);
    const vertx = pom(
      "<dependencies><dependency><groupId>io.vertx</groupId><artifactId>vertx-core</artifactId></dependency></dependencies>",
    );
    const served = { "src/main/java/shop/Web.java": "class Web { void s() { vertx.createHttpServer(); } }" };
    expect(generated({ "pom.xml": vertx, ...main("Shop") }).facts.port).toBeUndefined();
    expect(generated({ "pom.xml": vertx, ...main("Shop"), ...served }).facts.port?.value).toBe(8080);
  });
});

describe("programs that a Java application calls", () => {
  it("are installed where the base can, and named where it cannot", () => {
    const files = {
      "pom.xml": boot("3.5.1"),
      ...main("Shop"),
      "src/main/java/shop/Draw.java":
        'class Draw {\n  Process p = new ProcessBuilder("dot", "-Tpng").start();\n}\n',
    };
    const { dockerfile, findings } = generated(files);
    expect(findings).toEqual([]);
    expect(dockerfile).toMatch(/AS runtime[\s\S]*apt-get install -y --no-install-recommends graphviz/);
    expect(generated(files, { variant: "hardened" }).warnings.join()).toContain("graphviz");
    const list = (rest: string): string =>
      generated({
        ...files,
        "src/main/java/shop/Draw.java": `class Draw {\n  List<String> words = List.of("convert", "a.png");\n${rest}}\n`,
      }).dockerfile;
    expect(list("  Process p = new ProcessBuilder(words).start();\n")).toContain("imagemagick");
    expect(list("")).not.toContain("imagemagick");
  });
});

describe("an application in Groovy", () => {
  it("starts by its main class", () => {
    const { facts } = generated({
      "build.gradle": "plugins {\n  id 'groovy'\n}\n",
      "settings.gradle": "",
      "src/main/groovy/shop/Shop.groovy":
        "package shop\nclass Shop {\n  static void main(String[] args) {}\n}\n",
    });
    expect(facts.mainClass?.value).toBe("shop.Shop");
  });
});

describe("a web archive", () => {
  it("runs on the Tomcat of the API it imports, whatever its artifact is called", () => {
    const war = (api: string, more: Record<string, string> = {}): string =>
      generated({
        "pom.xml": pom(
          `<packaging>war</packaging><properties><java.version>8</java.version></properties>${api}`,
        ),
        "src/main/webapp/index.html": "",
        ...more,
      }).dockerfile;
    const api = (version: string): string =>
      `<dependency><groupId>jakarta.servlet</groupId><artifactId>jakarta.servlet-api</artifactId><version>${version}</version></dependency>`;
    expect(war(api("4.0.4"))).toContain("FROM tomcat:9-jre8-temurin");
    expect(war(api("6.0.0"))).toContain("FROM tomcat:11-jre17-temurin");
    const descriptor = '<web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="4.0"/>';
    expect(war("", { "src/main/webapp/WEB-INF/web.xml": descriptor })).toContain("FROM tomcat:9-");
  });
});

describe("a front end that the Java build compiles", () => {
  it("does not make the language a question", () => {
    const files = { ...main("Shop"), "package.json": '{"scripts":{"start":"node server.js"}}' };
    expect(refused({ ...files, "pom.xml": boot("3.5.1") }).decide).toContain("language");
    expect(
      generated({ ...files, "pom.xml": boot("3.5.1", "<a>frontend-maven-plugin</a>") }).plan.language,
    ).toBe("java");
  });
});

describe("a Gradle build that only runs the tools of a front end", () => {
  it("leaves the front end to Node.js, and a task's group is no plugin", () => {
    const files = {
      "build.gradle":
        "plugins {\n  id 'com.github.node-gradle.node' version '7.1.0'\n}\ntask start {\n  group = 'application'\n}\n",
      "package.json": '{"name":"client","scripts":{"build":"vite build"},"devDependencies":{"vite":"7"}}',
      "package-lock.json": "{}",
      "index.html": "",
    };
    expect(generated(files).plan.language).toBe("node");
    const { "package.json": _none, ...alone } = files;
    expect(refused(alone).reason).toContain("library");
  });
});

describe("a front end that the build calls npm for", () => {
  const exec = (name: string): string =>
    pom(
      `${bootParent("3.5.1")}${web}<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin><plugin><artifactId>exec-maven-plugin</artifactId><executable>${name}</executable></plugin></plugins></build>`,
    );

  it("gets Node.js and the manager in the build, and nothing in the image", () => {
    const files = {
      "pom.xml": exec("yarn"),
      ...main("Shop"),
      "package.json": '{"scripts":{"build":"vite build","start":"node server.js"}}',
      ".nvmrc": "v22\n",
    };
    const { dockerfile, findings, plan } = generated(files);
    expect(findings).toEqual([]);
    expect(plan.language).toBe("java");
    expect(dockerfile).toMatch(
      /COPY --from=node:22-slim [\s\S]*npm install --global yarn@1[\s\S]*AS runtime/,
    );
    expect(dockerfile).not.toMatch(/AS runtime[\s\S]*node:22/);
  });

  it("is left to the plugin that downloads Node.js", () => {
    const build = (download: string): string =>
      generated({
        "build.gradle": `plugins {\n  id 'org.springframework.boot' version '3.5.1'\n  id 'com.github.node-gradle.node' version '7.1.0'\n}\nnode {\n  ${download}\n}\n`,
        "settings.gradle": "",
        ...main("Shop"),
      }).dockerfile;
    expect(build("download = true")).not.toContain("node:");
    expect(build("")).toContain("COPY --from=node:");
  });
});

describe("repositories that ask for credentials", () => {
  it("get Maven's settings as a secret; where the build publishes to needs none", () => {
    const repository = (url: string): string => `<repository><id>a</id><url>${url}</url></repository>`;
    const made = (more: string): ReturnType<typeof generated> =>
      generated({ "pom.xml": boot("3.5.1", more), ...main("Shop") });
    const closed = made(
      `<repositories>${repository("https://maven.pkg.github.com/acme/lib")}</repositories>`,
    );
    expect(closed.findings).toEqual([]);
    expect(closed.plan.inputs.map(({ id }) => id)).toEqual(["maven_settings"]);
    expect(closed.dockerfile).toContain("type=secret,id=maven_settings,target=/root/.m2/settings.xml");
    const publishes = made(
      `<distributionManagement>${repository("https://maven.pkg.github.com/acme/lib")}</distributionManagement>`,
    );
    expect(publishes.plan.inputs).toEqual([]);
    expect(
      made(`<repositories>${repository("https://repo.spring.io/milestone")}</repositories>`).plan.inputs,
    ).toEqual([]);
  });

  it("get the variables that Gradle reads, by their names", () => {
    const made = (block: string): ReturnType<typeof generated> =>
      generated({
        "build.gradle": `plugins {\n id 'application'\n}\napplication { mainClass = 'shop.Shop' }\n${block}`,
        "settings.gradle": "",
        ...main("Shop"),
      });
    const credentials =
      'maven {\n url = "https://repo.acme.dev"\n credentials {\n  username = System.getenv("ACME_USER")\n  password = System.getenv("ACME_TOKEN")\n }\n}\n';
    const closed = made(`repositories {\n${credentials}}\n`);
    expect(closed.findings).toEqual([]);
    expect(closed.plan.inputs.map(({ flag }) => flag)).toEqual([
      "--secret id=ACME_TOKEN,env=ACME_TOKEN",
      "--secret id=ACME_USER,env=ACME_USER",
    ]);
    expect(closed.dockerfile).toMatch(/type=secret,id=ACME_TOKEN,env=ACME_TOKEN[\s\S]*installDist/);
    expect(made(`publishing {\n repositories {\n${credentials}}\n}\n`).plan.inputs).toEqual([]);
  });
});

describe("certificates and keys among the resources", () => {
  const pem = (kind: string): string => `-----BEGIN ${kind}-----\nMIIB\n-----END ${kind}-----\n`;
  const files = {
    "pom.xml": boot("3.5.1"),
    ...main("Shop"),
    "src/main/resources/application.properties":
      "jwt.key=classpath:verify.pem\ntls.key=tls/server.key\nserver.ssl.key-store=classpath:shop.p12\n",
    "src/main/resources/verify.pem": pem("PUBLIC KEY"),
    "src/main/resources/tls/server.key": pem("PRIVATE KEY"),
    "src/main/resources/shop.p12": "",
  };

  it("are built in where they are public, and left out with a word where they are not", () => {
    const { dockerignore, findings, warnings } = generated(files);
    expect(findings).toEqual([]);
    expect(dockerignore).toMatch(/^!src\/main\/resources\/verify\.pem$/m);
    expect(dockerignore).toMatch(/^src\/main\/resources\/shop\.p12$/m);
    expect(warnings.join()).toMatch(/uses src\/main\/resources\/shop\.p12, .*server\.key/);
  });

  it("are the application's own: others are not spoken of", () => {
    const { "src/main/resources/application.properties": _none, ...unnamed } = files;
    const { findings, warnings } = generated(unnamed);
    expect(findings).toEqual([]);
    expect(warnings.join()).not.toContain("server.key");
    expect(warnings.join()).toContain("shop.p12");
  });
});
