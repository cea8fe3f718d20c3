import type { AppType, Fact } from "../../project/types.ts";

export type NodeManager = "npm" | "pnpm" | "yarn" | "yarn-berry" | "bun";

/** What the runtime needs of what was installed and built. */
export type Serving =
  /** Sources (built or not) and production dependencies, started by a program. */
  | "modules"
  /** A bundle that holds its own dependencies (Next.js standalone, Nuxt's .output). */
  | "bundle"
  /** Files for a web server. */
  | "static";

/** Files of the build that the runtime takes: from (below the builder's application folder) to (below the runtime's). */
export interface Output {
  readonly from: string;
  readonly to: string;
  /** Left out, as patterns below `from`. */
  readonly exclude?: readonly string[];
}

/** What is known of a Node.js application. */
export type NodeFacts = {
  readonly name: Fact<string>;
  /** Major version, which names the image. */
  readonly version: Fact<string>;
  readonly packageManager: Fact<NodeManager>;
  /** The package manager's own version, where one has to be installed. */
  readonly managerVersion?: Fact<string>;
  readonly appType: Fact<AppType>;
  /** Files the install step reads, in COPY order. */
  readonly manifests: Fact<readonly string[]>;
  readonly lockfile?: Fact<string>;
  readonly framework?: Fact<string>;
  readonly serving: Fact<Serving>;
  readonly start: Fact<readonly string[]>;
  /** The command that builds, as one shell line. */
  readonly build?: Fact<string>;
  /** What the runtime takes from the build; empty: the sources as they are. */
  readonly output: Fact<readonly Output[]>;
  readonly port?: Fact<number>;
  readonly healthPath?: Fact<string>;
  readonly dependencies: Fact<readonly string[]>;
  readonly hasProductionDependencies: Fact<boolean>;
  readonly buildPackages: Fact<readonly string[]>;
  readonly runPackages: Fact<readonly string[]>;
  /** The variable an .npmrc takes the registry token from. */
  readonly registryToken?: Fact<string>;
  /** Dependencies taken straight from git: over ssh or https. */
  readonly gitDependencies?: Fact<"ssh" | "https">;
  /** The command that generates Prisma's client. */
  readonly prismaGenerate?: Fact<string>;
  /** Install scripts of the project itself need its sources. */
  readonly installNeedsSource: Fact<boolean>;
  /** Several packages that link to each other: a workspace's, or a folder among the dependencies. */
  readonly inWorkspace: Fact<boolean>;
  /** Folder of the chosen package in a workspace; undefined when the root itself starts. */
  readonly workspace?: Fact<string>;
  /** Its name, for the package manager's filters. */
  readonly workspaceName?: Fact<string>;
  /** Yarn Plug'n'Play: no node_modules folder. */
  readonly plugAndPlay: Fact<boolean>;
  /** Environment of the runtime beside NODE_ENV and PORT. */
  readonly environment: Fact<readonly (readonly [name: string, value: string])[]>;
  /** Environment of the build. */
  readonly buildEnvironment: Fact<readonly (readonly [name: string, value: string])[]>;
  /** The code or its framework handles SIGTERM. */
  readonly handlesSignals: Fact<boolean>;
  /** Folders among the manifests. */
  readonly manifestFolders: Fact<readonly string[]>;
  /** Settings the project should have. */
  readonly settings: Fact<
    readonly { readonly file: string; readonly setting: string; readonly why: string }[]
  >;
  /** Ignore-file exceptions: what the build reads although such names are usually left out. */
  readonly content: Fact<readonly string[]>;
  /** A program of the start command that no dependency brings, as npm installs it. */
  readonly fetched?: Fact<string>;
  /** The start command is a development dependency: all are installed. */
  readonly shipsDevelopment: Fact<boolean>;
};
