import { endOfLife, supportedCycles } from "../../data/eol.ts";
import { findNode, type PathNode } from "../../image/model/tree.ts";
import { clean } from "../../security/untrusted.ts";
import type { OwnFinding } from "./finding.ts";
import { judge } from "./runtimes.ts";

const bins = ["bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin"];
const groups: readonly (Pick<OwnFinding, "id" | "severity" | "fix"> & {
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
    id: "ssh-server-in-image",
    severity: "medium",
    what: "a server for logins",
    names: ["sshd", "dropbear"],
    fix: "remove it; use the engine's exec",
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
export function scanTools(root: PathNode): readonly OwnFinding[] {
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

/** The distribution of an os-release file when its support has ended by `today` (YYYY-MM-DD), or ends soon. */
export function scanDistribution(osRelease: string, today: string): OwnFinding | undefined {
  const field = (name: string): string =>
    new RegExp(`^${name}=["']?([^"'\\n]*)`, "m").exec(osRelease)?.[1]?.trim() ?? "";
  const id = field("ID");
  const product = Object.hasOwn(products, id) ? products[id] : undefined;
  const cycle = product === undefined ? undefined : endOfLife(product, field("VERSION_ID"));
  const verdict = cycle === undefined ? undefined : judge(cycle, today, false);
  if (product === undefined || verdict === undefined) return undefined;
  const next = supportedCycles(product, today)[0];
  return {
    ...verdict,
    id: verdict.id === "end-of-life" ? "end-of-life-distribution" : verdict.id,
    kind: "end-of-life",
    title: `${clean(field("PRETTY_NAME") || id, 80)}: standard ${verdict.title}`,
    fix: `use a base image of a supported release${next === undefined ? "" : `, such as ${clean(id, 20)} ${next.codename ?? next.cycle}`}`,
  };
}
