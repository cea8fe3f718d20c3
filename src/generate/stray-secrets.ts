import type { Project } from "../project/types.ts";
import { isSecretFile, mayHoldSecrets } from "../rules/shared/secrets.ts";
import { clean } from "../security/untrusted.ts";

/** Files beside the sources that hold credentials by their name, and what to say of them. */
export interface StraySecrets {
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Keys, keystores and secrets of deployments that lie in the build context: they are ignored by name. What stands among
 * the sources is compiled in by the project's own decision, and what belongs to tests is no secret.
 */
export function straySecrets(project: Project): StraySecrets {
  const files = project.files.filter(
    (file) =>
      isSecretFile(file) &&
      !/(?:^|\/)\.|\.(?:pem|key)$|(?:^|\/)(?:src|tests?|__tests__|testdata|fixtures?|examples?|spec)\//i.test(
        file,
      ) &&
      mayHoldSecrets(file, project.read(file)),
  );
  // A chart's template holds the name of a value, not the value.
  const real = files.filter((file) => !(project.read(file) ?? "").includes("{{"));
  return {
    files,
    warnings:
      real.length === 0
        ? []
        : [
            `${real
              .slice(0, 3)
              .map((file) => clean(file, 80))
              .join(
                ", ",
              )}${real.length > 3 ? " ..." : ""} by name a secret: left out of the build; mount it where the application runs`,
          ],
  };
}
