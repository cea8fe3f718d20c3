import type { AppType, Fact } from "../../project/types.ts";
import type { Frontend } from "../frontend.ts";

/** What is known of a Rust program. */
export type RustFacts = {
  readonly name: Fact<string>;
  /** Toolchain of the image tag: `1.98`. */
  readonly version: Fact<string>;
  readonly packageManager: Fact<"cargo">;
  readonly appType: Fact<AppType>;
  /** The binary target that ships. */
  readonly binary: Fact<string>;
  /** The package that holds it, when the project is a workspace. */
  readonly package?: Fact<string>;
  readonly lockfile?: Fact<string>;
  /** Every Cargo.toml of the workspace, the lock file and cargo's configuration. */
  readonly manifests: Fact<readonly string[]>;
  /** Source files that stand for each crate while only dependencies are compiled. */
  readonly placeholders: Fact<readonly Placeholder[]>;
  /** The triple that cargo's configuration compiles for, when it names one. */
  readonly target?: Fact<string>;
  /** The queries of sqlx's macros are in the project: no database is asked while they compile. */
  readonly sqlxOffline?: Fact<boolean>;
  readonly framework?: Fact<string>;
  readonly port?: Fact<number>;
  /** The environment variable the program takes its port from. */
  readonly portVariable?: Fact<string>;
  /** The environment variable the program takes its whole address from, loopback without it. */
  readonly addressVariable?: Fact<string>;
  /** What the framework reads while running. */
  readonly environment?: Fact<readonly (readonly [name: string, value: string])[]>;
  readonly healthPath?: Fact<string>;
  readonly start: Fact<readonly string[]>;
  readonly buildPackages: Fact<readonly string[]>;
  readonly runPackages: Fact<readonly string[]>;
  /** Folders the program opens by a relative path while running. */
  readonly runtimeFiles: Fact<readonly string[]>;
  /** The front end that is built first, because macros compile its result into the program. */
  readonly frontend?: Fact<Frontend>;
  /** The front end that is built first and served from its folder while the program runs. */
  readonly servedFrontend?: Fact<Frontend>;
  /** Files the compiler reads although a usual ignore pattern would drop them. */
  readonly kept?: Fact<readonly string[]>;
  /** The framework or the code handles SIGTERM. */
  readonly handlesSignals: Fact<boolean>;
  readonly privateRegistry?: Fact<string>;
  readonly gitDependencies?: Fact<"ssh" | "https">;
};

/** An empty crate root: a `main` or nothing. */
export interface Placeholder {
  readonly file: string;
  readonly kind: "main" | "lib";
}
