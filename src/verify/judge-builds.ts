import path from "node:path";
import type { ImageHandle } from "../image/types.ts";
import { clean } from "../security/untrusted.ts";
import { buildAs, failureLog, type Run } from "./build.ts";
import { cacheReport } from "./cache.ts";
import { openBuilt } from "./judge-image.ts";
import { compareImages } from "./reproduce.ts";
import { mountedSecrets } from "./secrets/values.ts";
import { chooseSource, copyChanged } from "./source-change.ts";

/** Changes a source file in a copy of the context, builds again, and looks at which steps ran. */
export async function judgeRebuild(run: Run): Promise<void> {
  const { recorder, input, view, session, context } = run;
  if (recorder.has("dependencies-cached")) return;
  const began = performance.now();
  const skip = (reason: string): void => recorder.add("dependencies-cached", "not-tested", { reason });
  const changed = chooseSource(run.file, input.target, view, input.context);
  if (changed === undefined) return skip("the build copies no source file that could be changed");
  run.progress.say("rebuild", `changing ${changed} in a copy of the context and building again`);
  const copy = path.join(session.folder, "context");
  await copyChanged(input.context, view, changed, copy, context.signal);
  const result = await buildAs(run, "changed", {
    part: "rebuild",
    context: copy,
    noCache: false,
    secrets: run.secrets,
  });
  const ms = performance.now() - began;
  if (!result.ok) {
    recorder.add("dependencies-cached", "not-tested", {
      reason: `with blank lines added to ${clean(changed, 120)} the build fails`,
      log: failureLog(result),
      ms,
    });
    return;
  }
  const report = cacheReport(result.steps);
  const measurement = {
    changedFile: clean(changed, 160),
    dependencySteps: report.dependencies.length,
    dependencyStepsRerun: report.rerun.length,
    stepsCached: report.cached,
    steps: report.total,
    rebuildMs: Math.round(result.ms),
  };
  if (report.dependencies.length === 0) {
    recorder.add("dependencies-cached", "not-tested", {
      reason: "no step only installs dependencies",
      measurement,
      ms,
    });
  } else if (report.rerun.length === 0) recorder.add("dependencies-cached", "proved", { measurement, ms });
  else {
    recorder.add("dependencies-cached", "refuted", {
      reason: `after a change of ${clean(changed, 120)} dependencies are installed again: copy the manifests and install before the rest of the source is copied`,
      log: report.rerun.map(({ position, name, ms: took }) => `[${position}] ${name} (${took} ms)`),
      measurement,
      ms,
    });
  }
}

/** Builds a second time without cache and compares; then, when asked for, without the secrets. */
export async function judgeAgain(run: Run, first: ImageHandle): Promise<void> {
  await judgeReproducible(run, first);
  await judgeWithoutSecrets(run);
  await judgeScan(run, first);
}

async function judgeReproducible(run: Run, first: ImageHandle): Promise<void> {
  const { recorder } = run;
  if (recorder.has("reproducible")) return;
  const began = performance.now();
  run.progress.say("again", "building a second time without cache");
  const result = await buildAs(run, "again", { part: "again", noCache: true, secrets: run.secrets });
  if (!result.ok) {
    recorder.add("reproducible", "not-tested", {
      reason: "the second build fails",
      log: failureLog(result),
      ms: performance.now() - began,
    });
    return;
  }
  const second = await openBuilt(run, run.session.name("again"), "again");
  try {
    const { sameId, paths, count, timesOnly } = await compareImages(first, second);
    const measurement = {
      sameDigest: sameId,
      differingPaths: count,
      timesOnly,
      buildMs: Math.round(result.ms),
    };
    const ms = performance.now() - began;
    if (count === 0) {
      recorder.add("reproducible", "proved", {
        measurement,
        ms,
        ...(timesOnly
          ? {
              reason:
                "the digest differs by times only; SOURCE_DATE_EPOCH with buildx's rewrite-timestamp makes it equal",
            }
          : {}),
      });
    } else {
      recorder.add("reproducible", "refuted", {
        reason: `${count} ${count === 1 ? "path differs" : "paths differ"} between two builds: pin versions, and leave caches, logs and compiled files with times out of the layers`,
        log: paths.map((one) => clean(one, 200)),
        measurement,
        ms,
      });
    }
  } finally {
    await second.dispose();
  }
}

async function judgeWithoutSecrets(run: Run): Promise<void> {
  const { recorder, input, file } = run;
  if (input.include?.includes("fails-without-secret") !== true) {
    return recorder.add("fails-without-secret", "not-tested", { reason: "it was not asked for" });
  }
  if (mountedSecrets(file, input.target).length === 0 && (input.secrets ?? []).length === 0) {
    return recorder.add("fails-without-secret", "not-tested", { reason: "the build uses no secret" });
  }
  run.progress.say("again", "building without the secrets", 0.8);
  const result = await buildAs(run, "bare", { part: "again", noCache: true, secrets: [] });
  if (result.ok) {
    recorder.add("fails-without-secret", "refuted", {
      reason: "the image builds without its secrets: it does not need them, or ignores that they are missing",
      ms: result.ms,
    });
  } else recorder.add("fails-without-secret", "proved", { log: failureLog(result), ms: result.ms });
}

async function judgeScan(run: Run, first: ImageHandle): Promise<void> {
  const { recorder, context, input, file } = run;
  if (recorder.has("no-known-vulnerabilities")) return;
  if (!context.scan) {
    recorder.add("no-known-vulnerabilities", "not-tested", { reason: "no scanner is there" });
    return;
  }
  const began = performance.now();
  const { scanner, findings, counts, notScanned, notes } = await context.scan({
    handle: first,
    dockerfile: file,
    ...(input.target === undefined ? {} : { target: input.target }),
  });
  run.notes.push(...(notes ?? []));
  const measurement = { scanner: clean(scanner, 60), findings: findings.length, counts: clean(counts, 120) };
  const ms = performance.now() - began;
  if (findings.length > 0) {
    const reason = `${findings.length} findings; scan_image says what removes them`;
    recorder.add("no-known-vulnerabilities", "refuted", { measurement, ms, reason, log: findings });
  } else if (notScanned.length > 0) {
    const reason = `${clean(scanner, 60)} found ${clean(counts, 120)}, and did not look at ${clean(notScanned.join("; "), 300)}`;
    recorder.add("no-known-vulnerabilities", "not-tested", { measurement, ms, reason });
  } else recorder.add("no-known-vulnerabilities", "proved", { measurement, ms });
}
