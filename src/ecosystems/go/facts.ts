import type { AppType, Fact } from "../../project/types.ts";
import type { Frontend } from "../frontend.ts";
import type { Functions } from "./functions.ts";

/** What is known of a Go program. */
export type GoFacts = {
  readonly name: Fact<string>;
  readonly version: Fact<string>;
  readonly packageManager: Fact<"modules">;
  readonly appType: Fact<AppType>;
  /** Package to build, as `go build` takes it: `.` or `./cmd/server`. */
  readonly mainPackage: Fact<string>;
  readonly manifests: Fact<readonly string[]>;
  readonly framework?: Fact<string>;
  readonly port?: Fact<number>;
  /** The environment variable the program takes its port from. */
  readonly portVariable?: Fact<string>;
  readonly healthPath?: Fact<string>;
  readonly start: Fact<readonly string[]>;
  /** Needs a C compiler and the C library at run time. */
  readonly cgo: Fact<boolean>;
  readonly vendored: Fact<boolean>;
  /** Functions that the build puts a program around. */
  readonly functions?: Fact<Functions>;
  /** What a project without go.mod imports itself by. */
  readonly importPath?: Fact<string>;
  /** Built in GOPATH mode: sources in vendor/, and no go.mod. */
  readonly gopath?: Fact<boolean>;
  /** A module go.mod requires and go.sum holds no checksum of: the build has to find it itself. */
  readonly missingSum?: Fact<string>;
  readonly buildPackages: Fact<readonly string[]>;
  readonly runPackages: Fact<readonly string[]>;
  /** GOPRIVATE pattern of modules that need credentials. */
  readonly privateModules?: Fact<string>;
  /** Files of the project that are compiled into the program. */
  readonly embedded?: Fact<readonly string[]>;
  /** Folders of packages that an ignore pattern would drop by their name. */
  readonly packages?: Fact<readonly string[]>;
  /** The front end that is built first, because its result is compiled into the program. */
  readonly frontend?: Fact<Frontend>;
  /** The front end that is built first and served from its folder while the program runs. */
  readonly servedFrontend?: Fact<Frontend>;
  /** Files the program opens by a relative path while running. */
  readonly runtimeFiles: Fact<readonly string[]>;
};
