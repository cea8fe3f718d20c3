import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { findProgram } from "../src/security/process.ts";

const program = (await findProgram("chromium")) ?? (await findProgram("google-chrome"));
const run = promisify(execFile);

/** A Chromium is on PATH; tests that look at a page are skipped without one, and say so. */
export const browserReady: boolean = program !== undefined;
if (!browserReady) console.warn("skipped without a browser: no chromium is on PATH");

/** What a real browser made of a page. */
export interface Looked {
  /** The document after loading. */
  readonly dom: string;
  /** What the browser logged: broken policies and script errors are in it. */
  readonly log: string;
  /** A screenshot as PNG, 1000 x 1400. */
  readonly picture: Buffer;
}

/** Opens a file in a headless browser and takes a picture of it, saved beside it. */
export async function look(page: string): Promise<Looked> {
  const browser = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    run(
      program ?? "",
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--window-size=1000,1400",
        "--enable-logging=stderr",
        ...args,
      ],
      { timeout: 60_000, maxBuffer: 32 * 1024 * 1024 },
    );
  const url = pathToFileURL(page).href;
  const { stdout, stderr } = await browser("--dump-dom", url);
  await browser(`--screenshot=${page}.png`, url);
  return { dom: stdout, log: stderr, picture: await readFile(`${page}.png`) };
}
