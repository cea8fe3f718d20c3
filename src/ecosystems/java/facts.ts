import type { AppType, Fact } from "../../project/types.ts";

export type JavaManager = "maven" | "gradle";

/** How the build's result is laid out and started. */
export type JavaLayout =
  /** Spring Boot's executable jar, taken apart into layers. */
  | "boot-layers"
  /** Quarkus' quarkus-app/ folder. */
  | "quarkus"
  /** One jar with everything in it. */
  | "jar"
  /** Gradle's application plugin: install/<name> with a lib folder. */
  | "distribution"
  /** A jar and its dependencies beside it, copied by the build. */
  | "classpath"
  /** A web archive, unpacked into Tomcat. */
  | "war";

/** What is known of a Java (or Kotlin, on the JVM) application. */
export type JavaFacts = {
  readonly name: Fact<string>;
  /** Major version: `21`. */
  readonly version: Fact<string>;
  readonly packageManager: Fact<JavaManager>;
  readonly appType: Fact<AppType>;
  /** The wrapper script is in the project and usable. */
  readonly wrapper: Fact<boolean>;
  /** The Gradle release the wrapper asks for, where its jar is missing. */
  readonly gradle?: Fact<string>;
  readonly manifests: Fact<readonly string[]>;
  readonly framework?: Fact<string>;
  readonly layout: Fact<JavaLayout>;
  /** Folder of the module that ships, "" for the root. */
  readonly module: Fact<string>;
  /** The path Gradle knows that module by: `server:api`. */
  readonly gradlePath?: Fact<string>;
  readonly mainClass?: Fact<string>;
  /** Maven goals after `package` that the build file configures and binds to no phase: `assembly:single`. */
  readonly goals?: Fact<string>;
  /** Maven flags that plugins of the build need. */
  readonly flags?: Fact<readonly string[]>;
  /** The executable archive is a war: Spring Boot's, with a server inside. */
  readonly archive?: Fact<"war">;
  /** Spring Boot 3.3 and newer take layers apart with `tools`, older ones with `layertools`. */
  readonly jarMode?: Fact<"tools" | "layertools">;
  /** Which servlet API a web archive is written for: `javax` runs on Tomcat 9, `jakarta` on newer ones. */
  readonly servlets?: Fact<"javax" | "jakarta">;
  readonly start: Fact<readonly string[]>;
  readonly port?: Fact<number>;
  /** The environment variable without which the application has no port. */
  readonly portVariable?: Fact<string>;
  readonly healthPath?: Fact<string>;
  readonly runPackages: Fact<readonly string[]>;
  /** Files of the project the application reads while running. */
  readonly runtimeFiles?: Fact<readonly string[]>;
  /** Sources and files of the build that a usual ignore pattern would drop. */
  readonly kept?: Fact<readonly string[]>;
  /** Node.js that the build calls: the version of its image. */
  readonly node?: Fact<string>;
  /** Package managers of Node.js that the build calls beside npm. */
  readonly nodeManagers?: Fact<readonly ("yarn" | "pnpm")[]>;
  /** Keys and keystores among the resources, which no image should hold. */
  readonly secretFiles?: Fact<readonly string[]>;
  /** Environment variables that Gradle reads a repository's credentials from. */
  readonly repositoryVariables?: Fact<readonly string[]>;
  /** Host whose credentials Maven's settings hold: dependencies resolve only with them. */
  readonly privateRepository?: Fact<string>;
};
