import { describe, expect, it } from "vitest";
import { claims, sizeBudget, sizeEstimates, statedReductions } from "../../src/data/budgets.ts";
import { knownLibraries, nativePackages } from "../../src/data/native-packages.ts";
import { cacheTargets, managerOfLockfile, packageManagers } from "../../src/data/package-managers.ts";

describe("package managers", () => {
  it("move their caches with the home folder, and only those", () => {
    expect(cacheTargets("npm", "/home/node")).toEqual([{ target: "/home/node/.npm", what: "downloads" }]);
    expect(cacheTargets("go", "/home/go").map((cache) => cache.target)).toEqual([
      "/go/pkg/mod",
      "/home/go/.cache/go-build",
    ]);
    expect(cacheTargets("nothing")).toEqual([]);
  });

  it("belong to their lock files", () => {
    expect(managerOfLockfile("apps/web/pnpm-lock.yaml")?.name).toBe("pnpm");
    expect(managerOfLockfile("yarn.lock")?.name).toBe("yarn-classic");
    expect(managerOfLockfile("yarn.lock", true)?.name).toBe("yarn-berry");
    expect(managerOfLockfile("uv.lock")?.name).toBe("uv");
    expect(managerOfLockfile("README.md")).toBeUndefined();
  });

  it.each(packageManagers.map((one) => [one.name, one] as const))(
    "%s uses none of its deprecated flags itself",
    (_, one) => {
      for (const { flag } of one.deprecated) {
        for (const command of [one.install, one.production, one.prune ?? ""]) {
          expect(` ${command} `).not.toContain(` ${flag} `);
        }
      }
    },
  );
});

describe("native packages", () => {
  it("differ between releases where Debian renamed them", () => {
    expect(nativePackages("pypi", "python-ldap", "bookworm")?.run).toContain("libldap-2.5-0");
    expect(nativePackages("pypi", "python_LDAP", "trixie")?.run).toContain("libldap2");
  });

  it("are found by normalised name and module path", () => {
    expect(nativePackages("pypi", "Psycopg2", "trixie")?.build).toContain("libpq-dev");
    expect(
      nativePackages("go", "github.com/confluentinc/confluent-kafka-go/v2", "bookworm")?.build,
    ).toContain("gcc");
  });

  it("admit what they do not know", () => {
    expect(nativePackages("pypi", "left-pad", "trixie")).toBeUndefined();
    expect(nativePackages("pypi", "pylibmc", "alpine")).toBeUndefined();
  });

  it.each(["pypi", "npm", "crate", "go"] as const)("have package names apt can read for %s", (registry) => {
    for (const library of knownLibraries(registry)) {
      const packages = nativePackages(registry, library, "trixie");
      for (const name of [...(packages?.build ?? []), ...(packages?.run ?? [])]) {
        expect(name).toMatch(/^[a-z0-9][a-z0-9+.-]+$/);
      }
    }
  });
});

describe("size figures", () => {
  it("have a budget for each application type", () => {
    expect(sizeBudget("api")?.maxMB).toBe(500);
    expect(sizeBudget("frontend")?.maxMB).toBe(300);
    expect(sizeBudget("minimal")?.maxMB).toBe(100);
    expect(sizeBudget("elephant")).toBeUndefined();
  });

  it("state reductions that follow from their sizes, within rounding", () => {
    for (const { beforeMB, afterMB, percent } of statedReductions) {
      expect(Math.abs((1 - afterMB / beforeMB) * 100 - percent)).toBeLessThan(1);
    }
  });

  it("never call a claim measured without saying on what", () => {
    for (const claim of claims) {
      expect(["claimed", "measured"]).toContain(claim.status);
      if (claim.status === "measured") expect(claim.note).toMatch(/\d/);
    }
  });

  it("estimate totals that are the sum of their parts", () => {
    for (const estimate of sizeEstimates) {
      expect(estimate.parts.reduce((sum, part) => sum + part.mb, 0)).toBe(estimate.totalMB);
    }
  });
});
