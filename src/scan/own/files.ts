import { endOfLife } from "../../data/eol.ts";
import { findNode, type PathNode } from "../../image/model/tree.ts";
import { clean } from "../../security/untrusted.ts";
import type { ScanFinding } from "../types.ts";

type Found = Pick<ScanFinding, "id" | "kind" | "severity" | "title" | "fix">;

const bins = ["bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin"];
const groups: readonly (Omit<Found, "title" | "kind"> & {
  readonly what: string;
  readonly names: readonly string[];
})[] = [
  {
    id: "sudo-in-image",
    severity: "medium",
    what: "programs that give root rights",
    names: ["sudo", "doas"],
    fix: "remove them; set USER instead",
  },
  {
    id: "compiler-in-image",
    severity: "low",
    what: "compilers and debuggers",
    names: ["gcc", "g++", "cc", "clang", "make", "gdb", "strace", "javac", "rustc"],
    fix: "build in an earlier stage and copy the result",
  },
  {
    id: "package-manager-in-image",
    severity: "info",
    what: "package managers",
    names: ["apt-get", "apk", "dnf", "microdnf", "yum", "npm", "pip"],
    fix: "a distroless or scratch final stage has none",
  },
  {
    id: "shell-in-image",
    severity: "info",
    what: "shells",
    names: ["sh", "bash", "ash", "busybox"],
    fix: "a distroless or scratch final stage has none",
  },
];

/** What the final image has that a running service does not need. */
export function scanTools(root: PathNode): readonly Found[] {
  const present = (path: string): boolean => (findNode(root, path)?.kind ?? "absent") !== "absent";
  return groups.flatMap(({ what, names, ...rest }) => {
    const found = names.filter((name) => bins.some((folder) => present(`${folder}/${name}`)));
    return found.length === 0
      ? []
      : [
          {
            ...rest,
            kind: "misconfiguration" as const,
            title: `${what} in the final image: ${found.join(", ")}`,
          },
        ];
  });
}

const products: Readonly<Record<string, string>> = {
  debian: "debian",
  ubuntu: "ubuntu",
  alpine: "alpine",
  centos: "centos",
  rhel: "rhel",
  amzn: "amazonlinux",
};

/** The distribution of an os-release file when its standard support ended on or before `today` (YYYY-MM-DD). */
export function scanDistribution(osRelease: string, today: string): Found | undefined {
  const field = (name: string): string =>
    new RegExp(`^${name}=["']?([^"'\\n]*)`, "m").exec(osRelease)?.[1]?.trim() ?? "";
  const id = field("ID");
  const product = Object.hasOwn(products, id) ? products[id] : undefined;
  const cycle = product === undefined ? undefined : endOfLife(product, field("VERSION_ID"));
  if (cycle === undefined || cycle.eol === false || cycle.eol > today) return undefined;
  const extended =
    cycle.extended !== undefined && cycle.extended.until > today
      ? `; ${cycle.extended.by} goes on until ${cycle.extended.until}`
      : "";
  return {
    id: "end-of-life-distribution",
    kind: "end-of-life",
    severity: extended === "" ? "high" : "medium",
    title: `${clean(field("PRETTY_NAME") || id, 80)}: standard support ended on ${cycle.eol}${extended}`,
    fix: "use a base image of a supported release",
  };
}
