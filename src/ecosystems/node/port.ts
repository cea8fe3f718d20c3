import { assumed, certain, evidence, given, likely } from "../../project/facts.ts";
import { dig, isRecord, text } from "../../project/project.ts";
import type { Fact, Project } from "../../project/types.ts";
import { webProcess } from "../platforms.ts";
import { sources } from "../sources.ts";
import type { Parameters } from "../types.ts";
import { endings } from "./endings.ts";
import type { FrameworkRead } from "./framework-read.ts";
import { startLine, startScripts } from "./scripts.ts";
import { readStart } from "./start.ts";

const variable = "env(?:\\.PORT\\b|\\[[\"']PORT[\"']\\])";
const fallback =
  "[)!\\s]*(?:as \\w+)?[)\\s]*(?:\\|\\||\\?\\?)\\s*(?:\\(?[\\w.]+\\)?\\s*(?:\\|\\||\\?\\?)\\s*)*";
const literal = "(?:Number\\(|parseInt\\()?[\"'`]?(\\d{2,5})\\b";

/** What a server says of its port, the surest form first; the first group is the port. */
const portPatterns: readonly RegExp[] = [
  // The variable's default: `env.PORT || 3000`, `parseInt(env.PORT, 10) || 3000`, `env.PORT ? env.PORT : 3000`.
  new RegExp(`${variable}(?:\\s*,\\s*10\\b)?${fallback}${literal}`),
  new RegExp(`${variable}[^?\\n]{0,40}\\?[^:\\n]{1,60}:\\s*${literal}`),
  // A getter of configuration: `get("PORT", 3000)`, `get("PORT") || 3000`.
  /\(\s*["'`]PORT["'`]\s*,\s*["'`]?(\d{2,5})\b/,
  /\(\s*["'`]PORT["'`]\s*\)+\s*(?:\|\||\?\?)\s*["'`]?(\d{2,5})\b/,
  // A schema of the environment: `PORT: z.coerce.number().default(3000)`, `PORT: { type: "number", default: 3000 }`.
  /\bPORT["']?\s*:\s*[^;}]{0,120}?\bdefault["']?\s*[(:]\s*["'`]?(\d{2,5})\b/,
  // The same in convict's form.
  /\bdefault\s*:\s*["'`]?(\d{2,5})["'`]?[^}]{0,120}\benv\s*:\s*["'`]PORT["'`]/,
  // And in confidence's.
  /\$env["']?\s*:\s*["'`]PORT["'`][^}]{0,120}\$default["']?\s*:\s*["'`]?(\d{2,5})\b/,
  /\.listen\(\s*(?:\{\s*port:\s*)?["'`]?(\d{2,5})\b/,
];

/** Weaker words of the same: a variable of its own, a property called port. */
const loosePatterns: readonly RegExp[] = [
  // A variable of the program's own: `env.APP_PORT || 3000`.
  new RegExp(
    `env\\.(?!(?:\\w*_)?(?:DB|DATABASE|REDIS|SMTP|MAIL|EMAIL|MAILER|MONGO\\w*|PG|POSTGRES\\w*|MYSQL|METRICS|PROMETHEUS|DEBUG|PROXY|CLIENT|FRONTEND|QUEUE|RABBIT\\w*|KAFKA|ELASTIC\\w*|VITE\\w*)_PORT)\\w+_PORT(?:\\s*,\\s*10\\b)?${fallback}${literal}`,
  ),
  /\b(?:DEFAULT_)?port\s*(?::\s*number\s*)?[=:]\s*(?:Number\(|parseInt\()?["'`]?(\d{2,5})\b/i,
];

/** Ports of the services a program talks to. */
const others: readonly number[] = [
  25, 465, 587, 1025, 5432, 3306, 6379, 27017, 9200, 5672, 1433, 11211, 9092,
];

/** Clients of messengers, whose programs call out and answer nobody. */
const bots = new Set([
  "discord.js",
  "eris",
  "oceanic.js",
  "telegraf",
  "grammy",
  "node-telegram-bot-api",
  "whatsapp-web.js",
  "matrix-bot-sdk",
]);

/**
 * The port the program listens on: the parameter, its start script, its framework, its sources. Undefined when it
 * starts no server.
 */
export function portOf(
  project: Project,
  framework: FrameworkRead | undefined,
  parameters: Parameters,
): Fact<number> | undefined {
  if (parameters.port !== undefined) return given(parameters.port, "port");
  const fromStart = /(?:--port[= ]|-p[= ]?|PORT=(?:\$\{\w+:-)?)(\d{2,5})/.exec(
    text(dig(project.json("package.json"), "scripts", "start")) ?? "",
  )?.[1];
  if (fromStart !== undefined)
    return certain(Number(fromStart), evidence(project, "package.json", /"start"\s*:/));
  if (framework?.port !== undefined && framework.start)
    return assumed(framework.port, `${framework.name}'s usual port`);
  const files = serverFirst(project, parameters);
  const stated = search(project, files, portPatterns);
  if (stated) return stated;
  const readsPort = files.some((file) => new RegExp(variable).test(project.read(file) ?? ""));
  const example = [".env.example", ".env.sample", ".env.template", ".env.dist"].find((file) =>
    /^PORT\s*=/m.test(project.read(file) ?? ""),
  );
  const port = Number(/^PORT\s*=\s*["']?(\d{2,5})/m.exec(project.read(example ?? "") ?? "")?.[1]);
  if (readsPort && example !== undefined && port >= 1024)
    return likely(port, "the program follows PORT, and its example says this", { file: example });
  const loose = search(project, files, loosePatterns);
  if (loose) return loose;
  const listens = files.some((file) =>
    /\.listen\(|createServer\(|Bun\.serve\(|Deno\.serve\(/.test(project.read(file) ?? ""),
  );
  const names = dig(project.json("package.json"), "dependencies");
  const asked = startPort(project);
  if (asked) return asked;
  if (!listens && isRecord(names) && Object.keys(names).some((name) => bots.has(name))) return undefined;
  return framework?.port !== undefined || listens
    ? assumed(framework?.port ?? 3000, "a server is started, its port is not stated")
    : undefined;
}

/** A start command that takes its port from PORT: any will do. */
function startPort(project: Project): Fact<number> | undefined {
  const stated = webProcess(project);
  const lines = [
    ...(stated ? [stated] : []),
    ...startScripts.flatMap((name) => {
      const command = startLine(project, name)?.line;
      return command === undefined
        ? []
        : [{ command, evidence: evidence(project, "package.json", new RegExp(`"${name}"\\s*:`)) }];
    }),
  ];
  const found = lines.find(({ command }) => /\$\{?PORT\b/.test(command));
  if (found) return likely(8080, "the start command takes it from PORT", found.evidence);
  for (const { command, evidence: where } of lines) {
    const [, program, port] =
      /^(?:(?:npx|pnpx|bunx)\s+)?(serve|http-server)\b(?:.*\s(?:-l|--listen)[ =](?:\w+:\/\/[^\s:]*:)?(\d{2,5})\b)?/.exec(
        command,
      ) ?? [];
    if (program !== undefined)
      return port === undefined
        ? likely(program === "serve" ? 3000 : 8080, `${program}'s usual port`, where)
        : certain(Number(port), where);
  }
  return undefined;
}

/** The first port of the patterns, in their order, in the files, in theirs. */
function search(
  project: Project,
  files: readonly string[],
  patterns: readonly RegExp[],
): Fact<number> | undefined {
  for (const pattern of patterns) {
    for (const file of files) {
      const found = Number(pattern.exec(project.read(file) ?? "")?.[1]);
      if (Number.isNaN(found) || found > 65_535 || others.includes(found)) continue;
      const where = evidence(project, file, pattern);
      if (found >= 1024) return certain(found, where);
      // PORT is set in the image: the program follows it to where no privilege is needed.
      if (/\bPORT\b/.test(pattern.source))
        return likely(8080, `its own ${found} needs a privilege; it follows PORT`, where);
      if (pattern.source.includes("listen")) return certain(found, where);
    }
  }
  return undefined;
}

/** Sources with those of the started program first; a tool's configuration states the tool's port, not the program's. */
function serverFirst(project: Project, parameters: Parameters): readonly string[] {
  const started = readStart(project, "npm", undefined, parameters)?.value ?? [];
  const entry = started.find((word) => /\.[cm]?[jt]sx?$/.test(word))?.replace(/^\.\//, "");
  const folder = entry?.includes("/") ? `${entry.split("/")[0]}/` : undefined;
  const stem = (file: string): string => file.replace(/^.*\//, "").replace(/\.[^.]+$/, "");
  const compiled = entry !== undefined && !project.has(entry);
  const rank = (file: string): number =>
    file === entry || (compiled && stem(file) === stem(entry) && !file.includes("components/"))
      ? 0
      : folder !== undefined && file.startsWith(folder)
        ? 1
        : 2;
  return sources(project, endings)
    .filter((file) => !/\.(?:config|conf)\.[cm]?[jt]s$/.test(file))
    .sort((left, right) => rank(left) - rank(right));
}
