import { assumed, given } from "../project/facts.ts";
import type { AppType, Fact, Language } from "../project/types.ts";
import type { Parameters } from "./types.ts";
import { runtimeVersions } from "./versions.ts";

/** What every compiled service is assumed to be when no project was read, unless a parameter says otherwise. */
export interface AssumedService {
  readonly version: Fact<string>;
  readonly appType: Fact<AppType>;
  readonly framework?: Fact<string>;
  /** Undefined for workers and command line programs. */
  readonly port?: Fact<number>;
  readonly healthPath?: Fact<string>;
}

/** Facts without a project: the parameters, and defaults that say they are one. `release` says which version is taken. */
export function assumeService(language: Language, parameters: Parameters, release: string): AssumedService {
  const { version, framework, port, healthPath } = parameters;
  const appType = parameters.appType ?? "api";
  const serves = appType === "api" || appType === "frontend";
  return {
    version:
      version === undefined
        ? assumed(runtimeVersions(language, parameters.today).standard, release)
        : given(version, "version"),
    appType:
      parameters.appType === undefined ? assumed(appType, "the usual case") : given(appType, "appType"),
    ...(framework === undefined ? {} : { framework: given(framework, "framework") }),
    ...(serves ? { port: port === undefined ? assumed(8080, "the usual port") : given(port, "port") } : {}),
    ...(serves && healthPath !== undefined ? { healthPath: given(healthPath, "healthPath") } : {}),
  };
}
