import { readInstruction } from "../../image/analysis/instruction.ts";
import type { ImageConfig } from "../../image/types.ts";
import { clean } from "../../security/untrusted.ts";
import type { BenchmarkItem, ScanFinding } from "../types.ts";

/*
 * Section 4 ("Container Images and Build File Configuration") of the CIS Docker Benchmark 1.7: each recommendation, in
 * our words, with what an image tells about it. Where an image cannot tell, the reason says who can.
 */

type Verdict = Pick<BenchmarkItem, "status" | "reason">;

// Bounded, because the text is anybody's and as long as it likes.
const updateAlone =
  /\b(?:apt-get|apt|apk|yum|dnf|microdnf|zypper)\s{1,20}(?:-\S{1,80}\s{1,20}){0,20}(?:update|upgrade|makecache|refresh)\b/;
const installs =
  /\b(?:apt-get|apt|apk|yum|dnf|microdnf|zypper)\s{1,20}(?:-\S{1,80}\s{1,20}){0,20}(?:install|add|in)\b/;
const unverified =
  /--allow-unauthenticated|--force-yes|--allow-untrusted|--nogpgcheck|--no-gpg-checks|\btrusted=yes\b|--trusted-host|strict-ssl[= ]false|\bcurl\b[^|;&]{0,300}\s(?:-k|--insecure)\b|--no-check-certificate/;

/** The recommendations with a verdict each, from the image's configuration and what our checks found. */
export function benchmark(config: ImageConfig, findings: readonly ScanFinding[]): readonly BenchmarkItem[] {
  const steps = config.history.map((step) => readInstruction(step.createdBy));
  const runs = steps.filter(({ keyword }) => keyword === "RUN").map(({ argument }) => argument);
  const of = (...ids: readonly string[]): readonly ScanFinding[] =>
    findings.filter(({ id, inFinalImage }) => ids.includes(id) && inFinalImage);
  const first = (list: readonly ScanFinding[]): string =>
    `${list.length}: ${list[0]?.path ?? list[0]?.title ?? ""}`;

  const needless = of("sudo-in-image", "compiler-in-image", "ssh-server-in-image");
  const handy = of("shell-in-image", "package-manager-in-image");
  // Somebody's extended support still brings patches: those findings are less severe.
  const ended = of("end-of-life-distribution", "end-of-life").filter(({ severity }) => severity === "high");
  const special = of("setuid-file", "setgid-file");
  const secrets = findings.filter(({ kind, path }) => kind === "secret" && path === undefined);
  const alone = runs.filter((text) => updateAlone.test(text) && !installs.test(text));
  const added = steps.filter(
    ({ keyword, argument }, index) =>
      keyword === "ADD" && !(index === 0 || /\sin \/\s*$|\s\/$/.test(argument)),
  );
  const trusting = runs.filter((text) => unverified.test(text));

  const item = (id: string, title: string, verdict: Verdict): BenchmarkItem => ({ id, title, ...verdict });
  return [
    item(
      "4.1",
      "the container runs as a user of its own",
      failWhen(of("runs-as-root").length > 0, "USER is root or missing", "USER is set and is not root"),
    ),
    item(
      "4.2",
      "base images are trusted ones",
      notDecidable("which images you trust is your decision; pin the base by digest and check its signature"),
    ),
    item(
      "4.3",
      "no unnecessary packages",
      needless.length > 0
        ? { status: "fail", reason: needless.map(({ title }) => title).join("; ") }
        : handy.length > 0
          ? notDecidable(
              `${handy.map(({ title }) => title).join("; ")}: whether they are needed only you know`,
            )
          : { status: "pass", reason: "no compiler, debugger, shell or package manager was found" },
    ),
    item(
      "4.4",
      "images are scanned and rebuilt with security patches",
      ended.length > 0
        ? {
            status: "fail",
            reason: `no patches come any more: ${ended.map(({ title }) => title).join("; ")}`,
          }
        : notDecidable("needs advisories for the packages and the date of the last rebuild in your CI"),
    ),
    item(
      "4.5",
      "content trust is enabled",
      notDecidable("a setting of the client that pulls (DOCKER_CONTENT_TRUST) or of the admission policy"),
    ),
    item(
      "4.6",
      "a HEALTHCHECK is set",
      failWhen(config.healthcheck === undefined, "no HEALTHCHECK", "HEALTHCHECK is set"),
    ),
    item(
      "4.7",
      "package lists are not updated in an instruction of their own",
      runs.length === 0
        ? notDecidable("the history has no RUN")
        : failWhen(
            alone.length > 0,
            `update without install: ${clean(alone[0] ?? "", 80)}`,
            "no RUN updates lists alone",
          ),
    ),
    item(
      "4.8",
      "no setuid and setgid files",
      failWhen(special.length > 0, first(special), "none in the final image"),
    ),
    item(
      "4.9",
      "COPY is used in place of ADD",
      failWhen(
        added.length > 0,
        `ADD ${clean(added[0]?.argument ?? "", 80)}`,
        "no ADD but that of a root filesystem",
      ),
    ),
    item(
      "4.10",
      "no secrets in the Dockerfile",
      failWhen(
        secrets.length > 0,
        `${secrets.length} in configuration and history`,
        "none found in configuration, labels, build arguments and history",
      ),
    ),
    item(
      "4.11",
      "only verified packages are installed",
      trusting.length > 0
        ? { status: "fail", reason: `verification is switched off in ${trusting.length} RUN` }
        : notDecidable(
            "no RUN switches verification off; whether what it downloads is checked, only its text can tell",
          ),
    ),
    item(
      "4.12",
      "signed artifacts are validated",
      notDecidable("signatures are checked where the image is built and deployed"),
    ),
  ];
}

function failWhen(failed: boolean, bad: string, good: string): Verdict {
  return failed ? { status: "fail", reason: bad } : { status: "pass", reason: good };
}

function notDecidable(reason: string): Verdict {
  return { status: "not-decidable", reason };
}
