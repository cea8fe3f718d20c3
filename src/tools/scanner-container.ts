import { findEngine } from "../engine/find.ts";
import { localImage, runTool } from "../engine/tool.ts";
import type { Starter } from "../scan/scanners/types.ts";
import { MissingToolError } from "../security/errors.ts";

const lookMs = 20_000;
const cache = { volume: "dockwright-scanners", path: "/dockwright-cache" };
const inside = "/dockwright-image.tar";
/** Where scanners keep their databases, in the volume. */
const places = {
  TRIVY_CACHE_DIR: `${cache.path}/trivy`,
  GRYPE_DB_CACHE_DIR: `${cache.path}/grype`,
  OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: `${cache.path}/osv`,
};

/** Finds a scanner's container image in the engine; undefined when there is no engine, or it has no such image. */
export async function containerStarter(
  repository: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Starter | undefined> {
  const engine = await findEngine({ engine: "auto", env, signal }).catch((error: unknown) => {
    if (error instanceof MissingToolError) return undefined;
    throw error;
  });
  if (engine === undefined) return undefined;
  const image = await localImage({ engine, signal, timeoutMs: lookMs }, repository);
  if (image === undefined) return undefined;
  return {
    what: `image ${repository}`,
    seenAs: () => inside,
    start: ({ args, env: given, files = [], network, signal: stop, timeoutMs, maxOutputBytes }) =>
      runTool(
        { engine, signal: stop, timeoutMs },
        {
          image,
          args,
          env: { ...places, ...given },
          files: args.some((one) => one.includes(inside)) ? files.map((from) => ({ from, to: inside })) : [],
          network,
          cache,
          maxOutputBytes,
        },
      ),
  };
}
