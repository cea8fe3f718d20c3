import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** What a stand-in program does when its arguments fit: it prints, waits, and ends. */
export interface Reply {
  /** A regular expression over the arguments, joined by spaces. */
  readonly when: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  /** Milliseconds. */
  readonly wait?: number;
}

/** One start of the program. */
export interface Started {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A program that replays: real as a process, so that finding, starting, stopping and exit codes are tested. */
export interface Replay {
  readonly program: string;
  starts(): Promise<readonly Started[]>;
}

const source = `#!${process.execPath}
const { appendFileSync, readFileSync, writeSync } = require("node:fs");
const args = process.argv.slice(2);
appendFileSync(__filename + ".log", JSON.stringify({ args, env: process.env, cwd: process.cwd() }) + "\\n");
const reply = JSON.parse(readFileSync(__filename + ".replies", "utf8")).find(({ when }) => new RegExp(when).test(args.join(" ")));
const write = (fd, text) => { const bytes = Buffer.from(text); for (let at = 0; at < bytes.length; ) { try { at += writeSync(fd, bytes, at, Math.min(65536, bytes.length - at)); } catch (error) { if (error.code !== "EAGAIN") throw error; } } };
setTimeout(() => {
  write(2, reply?.stderr ?? "");
  write(1, reply?.stdout ?? "");
  process.exitCode = reply === undefined ? 64 : (reply.code ?? 0);
}, reply?.wait ?? 0);
`;

/** Makes a program in a folder. The first reply that fits is given. */
export async function makeReplay(folder: string, name: string, replies: readonly Reply[]): Promise<Replay> {
  const program = path.join(folder, `${name}.cjs`);
  await writeFile(program, source);
  await chmod(program, 0o755);
  await writeFile(`${program}.replies`, JSON.stringify(replies));
  return {
    program,
    async starts() {
      const log = await readFile(`${program}.log`, "utf8").catch(() => "");
      return log
        .split("\n")
        .filter((line) => line !== "")
        .map((line): Started => JSON.parse(line));
    },
  };
}
