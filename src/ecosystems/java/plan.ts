import type { BuildInput, MountPlan, Plan, StagePlan, Step } from "../../plan/types.ts";
import { healthcheck } from "../healthcheck.ts";
import { manifestSteps } from "../manifests.ts";
import { applicationUser, nonroot, owner, userSteps } from "../runtime-user.ts";
import { shellWord } from "../shell-word.ts";
import { sizeOf } from "../size.ts";
import type { Parameters } from "../types.ts";
import { toolVersion } from "../versions.ts";
import type { JavaFacts } from "./facts.ts";

/** Decides stages, bases and steps for a Java application. */
export function planJava(facts: JavaFacts, parameters: Parameters): Plan {
  const version = facts.version.value;
  const base =
    parameters.baseRuntime ??
    (facts.layout.value === "war"
      ? tomcatImage(facts)
      : parameters.variant === "hardened"
        ? `gcr.io/distroless/java${version}-debian13:nonroot`
        : `eclipse-temurin:${version}-jre`);
  const distroless = base.includes("distroless/");
  const family = /alpine/.test(base) ? "alpine" : "debian";
  const user = distroless ? nonroot : applicationUser(parameters.uid);
  const chown = owner(user);
  const port = facts.port?.value;
  const start = facts.start.value;
  const programs = facts.runPackages.value;
  const installs = programs.length > 0 && !distroless && family === "debian";
  const runtime: StagePlan = {
    name: "runtime",
    from: base,
    why: "",
    steps: [
      ...(installs
        ? [
            {
              kind: "packages",
              manager: "apt",
              names: programs,
              why: "Programs that the code calls.",
            } satisfies Step,
          ]
        : []),
      {
        kind: "env",
        values: [["JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError"]],
        why: "The heap follows the container's memory limit; without memory the process ends instead of lingering.",
      },
      ...(distroless
        ? [{ kind: "user", uid: user.uid, gid: user.gid, why: "" } satisfies Step]
        : userSteps(user, family, "/app")),
      { kind: "workdir", path: "/app", why: "" },
      ...(port !== undefined && facts.portVariable
        ? [{ kind: "env", values: [[facts.portVariable.value, String(port)]], why: "" } satisfies Step]
        : []),
      ...copySteps(facts, chown),
      ...(facts.runtimeFiles?.value ?? []).map(
        (file): Step => ({ kind: "source", files: [file], to: "./", chown, why: "" }),
      ),
      ...(port === undefined
        ? []
        : [
            {
              kind: "copyFrom",
              stage: "builder",
              files: ["/probe/Healthcheck.class"],
              to: "/probe/",
              why: "",
            } satisfies Step,
            { kind: "expose", port, why: "" } satisfies Step,
            healthcheck(
              [
                "java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx16m",
                "-cp",
                "/probe",
                "Healthcheck",
              ],
              { port, ...(facts.healthPath ? { path: facts.healthPath.value } : {}) },
            ),
          ]),
      { kind: "entrypoint", command: start, why: "" },
    ],
  };
  return {
    language: "java",
    appType: facts.appType.value,
    variant: parameters.variant,
    template: "java/app",
    headline: `${facts.name.value}: ${facts.framework?.value ?? "Java"} on Java ${version}, built by ${facts.packageManager.value}`,
    globalArgs: [],
    stages: [builderStage(facts, parameters), ...(parameters.tests ? [testStage(facts)] : []), runtime],
    keep: facts.kept?.value ?? [],
    ignore: [
      "**/target",
      "**/build",
      "**/.gradle",
      "**/*.class",
      ...(facts.node ? ["**/node_modules"] : []),
      ...(facts.secretFiles?.value ?? []),
    ],
    inputs: inputs(facts),
    probe: {
      ...(port === undefined ? {} : { port }),
      ...(facts.healthPath ? { path: facts.healthPath.value } : {}),
    },
    size: sizeOf(base, [
      { what: "dependencies and classes", minMB: 5, maxMB: 120, source: "an assumption: frameworks differ" },
    ]),
    projectSettings: [],
    warnings:
      programs.length > 0 && !installs
        ? [`the code calls programs of Debian's ${programs.join(", ")}, which ${base} does not have`]
        : [],
  };
}

function inputs(facts: JavaFacts): readonly BuildInput[] {
  return [
    ...(facts.privateRepository
      ? [
          {
            kind: "secret",
            id: "maven_settings",
            flag: "--secret id=maven_settings,src=$HOME/.m2/settings.xml",
            why: `${facts.privateRepository.value} asks for credentials`,
          } satisfies BuildInput,
        ]
      : []),
    ...(facts.repositoryVariables?.value ?? []).map(
      (name): BuildInput => ({
        kind: "secret",
        id: name,
        flag: `--secret id=${name},env=${name}`,
        why: "a repository of the build asks for it",
      }),
    ),
  ];
}

/** The newest Tomcat for the servlet API and the Java version: 11 needs Java 17, 10.1 Java 11. */
function tomcatImage(facts: JavaFacts): string {
  const version = facts.version.value;
  const release = facts.servlets?.value === "javax" ? "9" : Number(version) >= 17 ? "11" : "10.1";
  return `tomcat:${release}-jre${version}-temurin`;
}

function builderStage(facts: JavaFacts, parameters: Parameters): StagePlan {
  const maven = facts.packageManager.value === "maven";
  const version = facts.version.value;
  const wrapper = facts.wrapper.value;
  const image = wrapper
    ? `eclipse-temurin:${version}-jdk`
    : maven
      ? `maven:3.9-eclipse-temurin-${version}`
      : `gradle:${facts.gradle?.value ?? toolVersion("gradle").split(".")[0]}-jdk${version}`;
  const caches = mounts(facts);
  const tool = maven ? (wrapper ? "sh ./mvnw" : "mvn") : wrapper ? "sh ./gradlew" : "gradle";
  const modules =
    facts.manifests.value.filter((file) => /(^|\/)(pom\.xml|build\.gradle(\.kts)?)$/.test(file)).length > 1;
  const port = facts.port?.value;
  return {
    name: "builder",
    from: image,
    why: "",
    steps: [
      ...nodeSteps(facts),
      { kind: "workdir", path: "/src", why: "" },
      ...(port === undefined ? [] : probeSteps(port, facts.healthPath?.value)),
      ...manifestSteps(facts.manifests.value),
      // The modules of a multi-module build are not in any repository, so its dependencies resolve only with the build.
      ...(modules
        ? []
        : [
            {
              kind: "run",
              role: "install",
              commands: [
                maven ? `${tool} -B -ntp dependency:go-offline` : `${tool} --no-daemon dependencies`,
              ],
              mounts: caches,
              why: "",
            } satisfies Step,
          ]),
      { kind: "source", files: ["."], to: "./", why: "" },
      ...(!maven && facts.layout.value === "classpath" ? [librariesScript] : []),
      {
        kind: "run",
        role: "build",
        commands: buildCommands(facts, tool, parameters),
        mounts: caches,
        why: "",
      },
    ],
  };
}

/** Node.js for a build that calls npm, Yarn or pnpm by itself. */
function nodeSteps(facts: JavaFacts): readonly Step[] {
  if (facts.node === undefined) return [];
  const image = `node:${facts.node.value}-slim`;
  const managers = (facts.nodeManagers?.value ?? []).map((name) =>
    name === "yarn" ? `yarn@${toolVersion("yarn-classic")}` : `pnpm@${toolVersion("pnpm").split(".")[0]}`,
  );
  return [
    {
      kind: "copyFrom",
      stage: image,
      files: ["/usr/local/bin/node"],
      to: "/usr/local/bin/",
      why: "The build calls Node.js for its front end.",
    },
    {
      kind: "copyFrom",
      stage: image,
      files: ["/usr/local/lib/node_modules/npm/"],
      to: "/usr/local/lib/node_modules/npm/",
      why: "",
    },
    {
      kind: "run",
      role: "tool",
      commands: [
        "ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm",
        "ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx",
        ...(managers.length > 0 ? [`npm install --global ${managers.join(" ")}`] : []),
      ],
      mounts: [{ type: "cache", target: "/root/.npm" }],
      why: "",
    },
  ];
}

/** The application plugin would collect what runs; without it a task does, in any build that knows what it runs with. */
const librariesScript: Step = {
  kind: "file",
  path: "/tmp/libraries.gradle",
  lines: [
    "allprojects {",
    "    plugins.withId('java') {",
    "        tasks.register('collectLibraries', Copy) {",
    "            from configurations.runtimeClasspath, tasks.jar",
    "            into '/out/lib'",
    "            duplicatesStrategy = DuplicatesStrategy.EXCLUDE",
    "        }",
    "    }",
    "}",
  ],
  why: "The build has no application plugin: this collects the jar and what it runs with.",
};

function mounts(facts: JavaFacts): readonly MountPlan[] {
  const settings: readonly MountPlan[] = [
    ...(facts.privateRepository
      ? [{ type: "secret", id: "maven_settings", target: "/root/.m2/settings.xml" } satisfies MountPlan]
      : []),
    ...(facts.repositoryVariables?.value ?? []).map(
      (name): MountPlan => ({ type: "secret", id: name, env: name }),
    ),
  ];
  return [
    {
      type: "cache",
      target: facts.packageManager.value === "maven" ? "/root/.m2/repository" : "/root/.gradle",
    },
    ...settings,
  ];
}

function buildCommands(facts: JavaFacts, tool: string, parameters: Parameters): readonly string[] {
  const maven = facts.packageManager.value === "maven";
  const module = facts.module.value === "" ? "" : shellWord(facts.module.value);
  const layout = facts.layout.value;
  const project = facts.gradlePath ? `:${shellWord(facts.gradlePath.value)}:` : "";
  const folder = module === "" ? "" : `${module}/`;
  const output = maven ? `${folder}target` : `${folder}build/libs`;
  const selected = module === "" ? "" : ` -pl ${module} -am`;
  const tests = [
    parameters.tests ? "-DskipTests" : "-Dmaven.test.skip=true",
    ...(facts.flags?.value ?? []),
  ].join(" ");
  const task =
    layout === "boot-layers"
      ? "bootJar"
      : layout === "quarkus"
        ? "quarkusBuild"
        : layout === "distribution"
          ? "installDist"
          : layout === "war"
            ? "war"
            : facts.framework?.value === "Spring Boot"
              ? facts.archive
                ? "bootWar"
                : "bootJar"
              : facts.framework?.value === "Quarkus"
                ? "quarkusBuild"
                : "shadowJar";
  const build = maven
    ? `${tool} -B -ntp${selected} package${facts.goals ? ` ${facts.goals.value}` : ""} ${tests}`
    : `${tool} --no-daemon ${project}${task}`;
  const pick = (target: string, ending = "jar"): string =>
    `find ${output} -maxdepth 1 -name '*.${ending}' ! -name '*-plain.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' ! -name 'original-*' -exec cp {} ${target} ';'`;
  switch (layout) {
    case "boot-layers":
      return [
        build,
        "mkdir -p /out",
        pick("/out/app.jar"),
        `cd /out`,
        facts.jarMode?.value === "layertools"
          ? "java -Djarmode=layertools -jar app.jar extract --destination layers"
          : "java -Djarmode=tools -jar app.jar extract --layers --destination layers",
      ];
    case "quarkus":
      return [build, `mkdir -p /out && cp -r ${folder}${maven ? "target" : "build"}/quarkus-app/. /out/`];
    case "distribution":
      return [build, `mkdir -p /out/lib && cp ${folder}build/install/*/lib/*.jar /out/lib/`];
    case "classpath":
      if (!maven)
        return [`${tool} --no-daemon --init-script /tmp/libraries.gradle ${project}collectLibraries`];
      return [
        build,
        "mkdir -p /out/lib",
        `${tool} -B -ntp${selected} dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/out/lib`,
        pick("/out/lib/"),
      ];
    case "war":
      return [
        build,
        "mkdir -p /out/ROOT",
        pick("/out/ROOT.war", "war"),
        "cd /out/ROOT && jar -xf ../ROOT.war",
      ];
    case "jar":
      // Beside the jar with everything in it lies the project's own, under names that each plugin lets be chosen: the
      // largest ships.
      return [
        build,
        "mkdir -p /out",
        "touch /out/app.jar",
        `for jar in ${output}/*.${facts.archive?.value ?? "jar"}; do if [ "$(stat -c %s "$jar")" -gt "$(stat -c %s /out/app.jar)" ]; then cp "$jar" /out/app.jar; fi; done`,
      ];
  }
}

function copySteps(facts: JavaFacts, chown: string): readonly Step[] {
  const copy = (files: readonly string[], to: string, why = ""): Step => ({
    kind: "copyFrom",
    stage: "builder",
    files,
    to,
    chown,
    why,
  });
  switch (facts.layout.value) {
    case "boot-layers":
      return ["dependencies", "spring-boot-loader", "snapshot-dependencies", "application"].map(
        (layer, index) =>
          copy(
            [`/out/layers/${layer}/`],
            "./",
            index === 0
              ? "Layers in the order in which they change: an edit of the code sends only the last one."
              : "",
          ),
      );
    case "war":
      return [
        copy(
          ["/out/ROOT/"],
          "/usr/local/tomcat/webapps/ROOT/",
          "Unpacked already: Tomcat needs no right to write where the application is.",
        ),
      ];
    case "jar":
      return [copy(["/out/app.jar"], "./")];
    default:
      return [copy(["/out/"], "./")];
  }
}

/** A probe in Java itself: JRE images have neither curl nor wget, distroless has no shell either. */
function probeSteps(port: number, path: string | undefined): readonly Step[] {
  const body =
    path === undefined
      ? [`        new java.net.Socket("127.0.0.1", ${port}).close();`]
      : [
          `        java.net.URL url = java.net.URI.create("http://127.0.0.1:${port}${path}").toURL();`,
          "        java.net.HttpURLConnection connection = (java.net.HttpURLConnection) url.openConnection();",
          "        connection.setConnectTimeout(3000);",
          "        connection.setReadTimeout(3000);",
          "        if (connection.getResponseCode() >= 400) System.exit(1);",
        ];
  return [
    {
      kind: "file",
      path: "/probe/Healthcheck.java",
      lines: [
        "class Healthcheck {",
        "    public static void main(String[] args) throws Exception {",
        ...body,
        "    }",
        "}",
      ],
      why: "A probe for HEALTHCHECK: the runtime image has neither curl nor wget.",
    },
    { kind: "run", role: "build", commands: ["javac -d /probe /probe/Healthcheck.java"], why: "" },
  ];
}

function testStage(facts: JavaFacts): StagePlan {
  const maven = facts.packageManager.value === "maven";
  const tool = maven
    ? facts.wrapper.value
      ? "sh ./mvnw -B -ntp"
      : "mvn -B -ntp"
    : facts.wrapper.value
      ? "sh ./gradlew --no-daemon"
      : "gradle --no-daemon";
  return {
    name: "test",
    from: "builder",
    why: "",
    steps: [{ kind: "run", role: "test", commands: [`${tool} test`], mounts: mounts(facts), why: "" }],
  };
}
