import { evidence, likely } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { buildText, settingsFile } from "./build-files.ts";
import type { JavaManager } from "./facts.ts";

/** Servers of packages that nobody reads without credentials, and hosts of a company's own. */
const closed =
  /^(?:maven\.pkg\.github\.com|[\w.-]+\.pkg\.dev|[\w.-]+\.d\.codeartifact\.[\w-]+\.amazonaws\.com|pkgs\.dev\.azure\.com|[\w.-]+\.pkgs\.visualstudio\.com|[\w.-]+\.(?:internal|intranet|corp|lan|local))$/;
const gitlab = /\/api\/v4\/(?:projects|groups)\//;

/** What a private repository asks of the build. */
export interface PrivateRepositories {
  /** Maven: the host whose credentials settings.xml holds. */
  readonly privateRepository?: Fact<string>;
  /** Gradle: the environment variables its credentials are read from. */
  readonly repositoryVariables?: Fact<readonly string[]>;
}

/** Reads the repositories that dependencies come from; where a build publishes to is not one of them. */
export function privateRepositories(
  project: Project,
  manager: JavaManager,
  files: readonly string[],
): PrivateRepositories {
  return manager === "maven" ? mavenRepositories(project, files) : gradleRepositories(project, files);
}

function mavenRepositories(project: Project, files: readonly string[]): PrivateRepositories {
  for (const file of files) {
    const text = buildText(project, file).replace(
      /<distributionManagement>[\s\S]*?<\/distributionManagement>/g,
      "",
    );
    for (const [, block = ""] of text.matchAll(
      /<(?:pluginR|r)epository>([\s\S]*?)<\/(?:pluginR|r)epository>/g,
    )) {
      const [, host = "", path = ""] = /<url>\s*\w+:\/\/([^/<\s:]+)[^/<]*(\/[^<\s]*)?/.exec(block) ?? [];
      if (closed.test(host) || gitlab.test(path))
        return {
          privateRepository: likely(
            host,
            "a server of packages that asks for credentials",
            evidence(project, file, host),
          ),
        };
    }
  }
  return {};
}

function gradleRepositories(project: Project, files: readonly string[]): PrivateRepositories {
  const credentials = /credentials\s*\{([^}]*)\}/g;
  const variable =
    /(?:System\.getenv\(|System\.getenv\[|environmentVariable\()\s*["'](\w+)["']|System\.getenv\.(\w+)/g;
  for (const file of [...files, ...[settingsFile(project)].filter((one) => one !== undefined)]) {
    const text = withoutPublishing(buildText(project, file));
    const names = [...text.matchAll(credentials)].flatMap(([, block = ""]) =>
      [...block.matchAll(variable)].map(([, called, dotted]) => called ?? dotted ?? ""),
    );
    if (names.length > 0)
      return {
        repositoryVariables: likely(
          [...new Set(names)].sort(),
          "the credentials of a repository",
          evidence(project, file, names[0]),
        ),
      };
  }
  return {};
}

/** A build script without its publishing block. */
function withoutPublishing(text: string): string {
  const start = text.search(/^\s*(?:publishing|mavenPublishing|uploadArchives)\s*\{/m);
  if (start < 0) return text;
  let depth = 0;
  for (let at = text.indexOf("{", start); at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0)
      return text.slice(0, start) + withoutPublishing(text.slice(at + 1));
  }
  return text.slice(0, start);
}
