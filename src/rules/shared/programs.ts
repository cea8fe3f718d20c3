import type { Stage } from "../../dockerfile/types.ts";
import type { RuleContext } from "../types.ts";
import { commandsOf } from "./commands.ts";
import { packageCalls } from "./packages.ts";
import { stageChain } from "./stages.ts";

/** True when a package or a copied file brings the program, as far as names tell. */
export function isAdded(context: RuleContext, stage: Stage, program: string): boolean {
  const chain = new Set(stageChain(context.file, stage));
  const packages = new Set([program, ...(providers[program] ?? [])]);
  const installed = packageCalls(context).some(
    ({ command, operands }) =>
      chain.has(command.stage) &&
      operands.some(({ text }) => text.includes("$") || packages.has(text.replace(/[=~<>@].*$/, ""))),
  );
  if (installed) return true;
  const copied = [...chain].some(({ instructions }) =>
    instructions.some(
      (instruction) =>
        (instruction.keyword === "COPY" || instruction.keyword === "ADD") &&
        (instruction.destination?.text.endsWith(`/${program}`) ||
          instruction.sources.some(
            ({ text }) =>
              text.endsWith(`/${program}`) || text === program || /(?:^|\/)bin\/?(?:\*)?$/.test(text),
          ) ||
          instruction.destination?.text === "/"),
    ),
  );
  return (
    copied ||
    commandsOf(context).some(
      ({ args, stage: at, name }) =>
        chain.has(at) && (name === program || args.some(({ text }) => text.endsWith(`/bin/${program}`))),
    )
  );
}

const providers: Readonly<Record<string, readonly string[]>> = {
  nc: ["netcat", "netcat-openbsd", "netcat-traditional", "nmap-ncat", "busybox"],
  ncat: ["nmap-ncat"],
  wget: ["busybox", "wget2"],
  pgrep: ["procps", "procps-ng"],
  ps: ["procps", "procps-ng"],
  ss: ["iproute2", "iproute"],
  pg_isready: ["postgresql-client", "postgresql"],
  mysqladmin: ["mysql-client", "mariadb-client", "default-mysql-client"],
  "redis-cli": ["redis", "redis-tools"],
  python: ["python3", "python-is-python3"],
  node: ["nodejs"],
};
