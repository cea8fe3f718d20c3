import type { AppType, Fact } from "../../project/types.ts";

export type NodeManager = "npm" | "pnpm" | "yarn" | "yarn-berry" | "bun";

/** What is known of a Node.js application. */
export type NodeFacts = {
  readonly name: Fact<string>;
  /** Major version, which names the image. */
  readonly version: Fact<string>;
  readonly packageManager: Fact<NodeManager>;
  readonly appType: Fact<AppType>;
  /** Files the install step reads, in COPY order. */
  readonly manifests: Fact<readonly string[]>;
  readonly lockfile?: Fact<string>;
  readonly framework?: Fact<string>;
  readonly start: Fact<readonly string[]>;
  /** The package.json script that builds, when the application has to be built. */
  readonly buildScript?: Fact<string>;
  /** Folders the build makes and the runtime needs; empty: the sources run as they are. */
  readonly output: Fact<readonly string[]>;
  readonly port?: Fact<number>;
  readonly healthPath?: Fact<string>;
  readonly dependencies: Fact<readonly string[]>;
  readonly hasProductionDependencies: Fact<boolean>;
  readonly buildPackages: Fact<readonly string[]>;
  readonly runPackages: Fact<readonly string[]>;
  /** The variable an .npmrc takes the registry token from. */
  readonly registryToken?: Fact<string>;
  /** package.json has install scripts (prepare, postinstall) that need the sources. */
  readonly installNeedsSource: Fact<boolean>;
};
