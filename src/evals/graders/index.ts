import { InputError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";
import { grader as baseImage } from "./base-image.ts";
import { grader as buildCommand } from "./build-command.ts";
import { grader as buildNeedsSecret } from "./build-needs-secret.ts";
import { grader as cacheMount } from "./cache-mount.ts";
import { grader as commandFlags } from "./command-flags.ts";
import { grader as declines } from "./declines.ts";
import type { Grader } from "./define.ts";
import { grader as dependencyTool } from "./dependency-tool.ts";
import { grader as exposesPort } from "./exposes-port.ts";
import { grader as finalBase } from "./final-base.ts";
import { grader as goStatic } from "./go-static.ts";
import { grader as goStripped } from "./go-stripped.ts";
import { grader as healthCheck } from "./health-check.ts";
import { grader as ignoreFile } from "./ignore-file.ts";
import { grader as imageSize } from "./image-size.ts";
import { grader as imageSmaller } from "./image-smaller.ts";
import { grader as imageWorks } from "./image-works.ts";
import { grader as multiStage } from "./multi-stage.ts";
import { grader as productionDependencies } from "./production-dependencies.ts";
import { grader as prose } from "./prose.ts";
import { grader as registryAuth } from "./registry-auth.ts";
import { grader as rulesSilent } from "./rules-silent.ts";
import { grader as runsAs } from "./runs-as.ts";
import { grader as secretMount } from "./secret-mount.ts";
import { grader as secretNotKept } from "./secret-not-kept.ts";
import { grader as startCommand } from "./start-command.ts";
import { grader as userCreated } from "./user-created.ts";
import { grader as venvCopied } from "./venv-copied.ts";

/** Every grader, one file each in this folder, by name. */
export const graders: readonly Grader[] = [
  baseImage,
  buildCommand,
  buildNeedsSecret,
  cacheMount,
  commandFlags,
  declines,
  dependencyTool,
  exposesPort,
  finalBase,
  goStatic,
  goStripped,
  healthCheck,
  ignoreFile,
  imageSize,
  imageSmaller,
  imageWorks,
  multiStage,
  productionDependencies,
  prose,
  registryAuth,
  rulesSilent,
  runsAs,
  secretMount,
  secretNotKept,
  startCommand,
  userCreated,
  venvCopied,
];

/** A grader by name. Throws InputError that lists the names. */
export function findGrader(name: string): Grader {
  const grader = graders.find((each) => each.name === name);
  if (grader) return grader;
  throw new InputError(
    `there is no grader ${clean(name, 60)}`,
    `use one of ${graders.map((each) => each.name).join(", ")}`,
  );
}
