import type { AppType, Fact } from "../../project/types.ts";
import type { DjangoEnvironment } from "./django-settings.ts";

export type PythonManager = "pip" | "poetry" | "uv" | "pdm" | "pipenv";

/** What is known of a Python application. */
export type PythonFacts = {
  readonly name: Fact<string>;
  /** `3.13`: the minor version, which names the image. */
  readonly version: Fact<string>;
  readonly packageManager: Fact<PythonManager>;
  readonly appType: Fact<AppType>;
  /** Files the install step reads, in COPY order. */
  readonly manifests: Fact<readonly string[]>;
  /** Requirements that setup.py or setup.cfg states, where nothing else lists them. */
  readonly setupRequirements?: Fact<readonly string[]>;
  /** Lists of requirements that pip is given, where they are several. */
  readonly requirementLists?: Fact<readonly string[]>;
  /** The lock file, when there is one. */
  readonly lockfile?: Fact<string>;
  readonly framework?: Fact<string>;
  /** Exec form of the process. */
  readonly start: Fact<readonly string[]>;
  readonly port?: Fact<number>;
  /** The environment variable the program takes its port from. */
  readonly portVariable?: Fact<string>;
  readonly healthPath?: Fact<string>;
  /** Upper bounds that pinned releases need and do not state: `setuptools<82`. */
  readonly bounds?: Fact<readonly string[]>;
  /** The lists of requirements state hashes: pip then takes nothing beside them. */
  readonly hashed?: Fact<boolean>;
  /** Distributions that nobody declares and the program cannot start without: `uvicorn`. */
  readonly missing?: Fact<readonly string[]>;
  /** Names of the declared dependencies, normalised. */
  readonly dependencies: Fact<readonly string[]>;
  /** Groups and extras that production needs besides the dependencies proper. */
  readonly groups?: Fact<readonly { readonly name: string; readonly kind: "extra" | "group" }[]>;
  /** apt packages while building and while running. */
  readonly buildPackages: Fact<readonly string[]>;
  readonly runPackages: Fact<readonly string[]>;
  /** Variables that make the program answer from outside the container. */
  readonly environment?: Fact<readonly (readonly [name: string, value: string])[]>;
  /** Folder whose modules are imported by their own name: `src`. */
  readonly sourceRoot?: Fact<string>;
  /** The project itself has to be installed (it is started through its own script). */
  readonly installProject: Fact<boolean>;
  /** The member of a uv workspace that is meant: its folder, and its name for `uv sync --package`. */
  readonly workspace?: Fact<string>;
  readonly workspaceName?: Fact<string>;
  /** The variable that gives the build backend a version, which it would else ask git for. */
  readonly versionVariable?: Fact<string>;
  /** Files the build backend reads besides the code: readme, licence. */
  readonly packageFiles: Fact<readonly string[]>;
  /** What the program reads or imports of files that are usually kept out of an image. */
  readonly neededFiles?: Fact<readonly string[]>;
  /** The server or the code handles SIGTERM. */
  readonly handlesSignals: Fact<boolean>;
  /** The manage.py whose `collectstatic` has somewhere to collect to. */
  readonly collectStatic?: Fact<string>;
  /** What the settings need in the environment of that command. */
  readonly collectEnvironment?: Fact<DjangoEnvironment>;
  /** A package index that needs credentials. */
  readonly privateIndex?: Fact<string>;
  /** Hosts of indexes that may ask for a password, and variables that the address of one names. */
  readonly indexHosts?: Fact<readonly string[]>;
  readonly indexVariables?: Fact<readonly string[]>;
  /** Requirements taken straight from git: over ssh or https. */
  readonly gitDependencies?: Fact<"ssh" | "https">;
  /** Some come from Mercurial. */
  readonly mercurialDependencies?: Fact<boolean>;
  /** Folders and files of the project that its dependencies are told to come from; "." is the project itself. */
  readonly localDependencies?: Fact<readonly string[]>;
  /** The project itself as its requirements name it: `-e .[web]`. */
  readonly itself?: Fact<string>;
  /** Everything that it asks for is known, and installed before it. */
  readonly itselfAlone?: Fact<boolean>;
  /** What uv was told of the newest releases it may take when it wrote the lock file, and is told nowhere in the project. */
  readonly excludeNewer?: Fact<string>;
};
