import { expect, it } from "vitest";
import { versionOrder } from "../../../src/scan/versions/order.ts";

/** Each line is in ascending order; `=` joins what is equal. */
const ascending: readonly (readonly [ecosystem: string, line: string])[] = [
  ["Debian", "1.0~~ 1.0~rc1 1.0"],
  ["Debian", "2.9 2.10~beta 2.10 2.10-1 2.10-1+b1 2.10-1.1 1:0.1"],
  ["Debian", "0:3.1=3.1=3.1-0 3.1-1~deb13u1 3.1-1 3.1a 3.1+dfsg"],
  ["Ubuntu", "3.0.13-0ubuntu3 3.0.13-0ubuntu3.4 3.0.13-0ubuntu3.10"],
  ["Alpine", "1.2_alpha 1.2_beta3 1.2_pre 1.2_rc1 1.2 1.2-r1 1.2-r10 1.2_git20260101 1.2_p1 1.2a 1.10"],
  ["Alpine", "1.01 1.1 2.0-r0=2.0-r"],
  ["Alpine", "6.6.2p1-r9 6.6.2p1-r10 6.6.2p2-r0"],
  ["Red Hat", "1.0~rc1-1 1.0-1 1.0^git1-1 1.0a-1 1.0.1-1 1.0.1-1.el9_4 1.0.1-2 1:0.9-1"],
  ["AlmaLinux", "0:2.34-9.el9=2.34-9.el9 2.34-10.el9"],
  [
    "Maven",
    "1-alpha1=1-a1 1-beta 1-milestone2=1-M2 1-rc1=1-cr1 1-SNAPSHOT 1=1.0=1.0.0=1-ga=1.Final 1-sp 1-foo 1-1 1.1",
  ],
  ["Maven", "2.0.0.CR1 2.0.0.Final 2.0.1 2.9.10 2.9.10.8 2.10"],
  ["PyPI", "1.0.dev1 1.0a1 1.0b2 1.0rc1=1.0c1 1.0=1=v1.0.0 1.0+local 1.0.post1 1!0.1"],
  [
    "npm",
    "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0=v1.0.0=1.0.0+build 1.0.1",
  ],
  ["RubyGems", "1.0.a.2 1.0.b1 1.0.b10 1.0.pre.1=1.0-1 1.0.rc1 1=1.0=1.0.0 1.0.1 1.10"],
  ["crates.io", "0.9.10 0.10.0"],
  [
    "Go",
    "v0.0.0-20200101000000-abcdefabcdef v0.0.0-20210101000000-aaaaaaaaaaaa v1.2.3-0.20200101000000-abcdefabcdef v1.2.3=1.2.3=v1.2.3+incompatible",
  ],
  ["Go", "1.21.0-rc.2=1.21rc2 1.21rc3 1.21=1.21.0 go1.21.1 1.22"],
];

it.each(ascending)("%s: %s", (ecosystem, line) => {
  const order = versionOrder(ecosystem);
  const groups = line.split(" ").map((group) => group.split("="));
  groups.forEach((group, at) => {
    for (const version of group) {
      for (const [index, others] of groups.entries()) {
        for (const other of others) {
          const sign = Math.sign(order?.(version, other) ?? Number.NaN);
          expect(`${version} ${other} ${sign}`).toBe(`${version} ${other} ${Math.sign(at - index)}`);
        }
      }
    }
  });
});

it("says when something is no version, or nobody knows the order", () => {
  expect(versionOrder("PyPI")?.("1.0", "0.1-bulbasaur")).toBeUndefined();
  expect(versionOrder("npm")?.("latest", "1.0.0")).toBeUndefined();
  expect(versionOrder("Hackage")).toBeUndefined();
});
