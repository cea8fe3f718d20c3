import { access, constants } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { CancelledError, InputError, LimitError, MissingToolError } from "./errors.ts";
import { clean } from "./untrusted.ts";

/** What a child process may be given. */
export interface RunOptions {
  /** Absolute path or program name; names are looked up on PATH. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to the few variables every child gets (see `inherited`). */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly signal: AbortSignal;
  /** Milliseconds until the process group is killed. */
  readonly timeoutMs: number;
  /** Output kept of each stream; more is an error unless `onLine` takes it. */
  readonly maxOutputBytes?: number;
  /** Called for each line of stdout and stderr as it comes; the text is raw. */
  readonly onLine?: (line: string, stream: "stdout" | "stderr") => void;
}

/** What a child process left behind. */
export interface RunResult {
  /** Exit code; null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

// What engines and scanners need to find their configuration and the network; nothing else leaks to them.
const inherited = [
  "PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TZ", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
  "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_API_VERSION",
  "BUILDX_CONFIG", "BUILDX_BUILDER", "CONTAINER_HOST", "SSL_CERT_FILE", "SSL_CERT_DIR",
  "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
  "SYSTEMROOT", "COMSPEC", "PATHEXT", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "USERPROFILE",
]; // biome-ignore format: a list

/** The environment a child starts with: the allow-listed variables, then `extra`. */
export function childEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...extra };
}

/** The absolute path of a program on PATH, or undefined. Relative PATH entries are ignored. */
export async function findProgram(name: string): Promise<string | undefined> {
  const candidates = path.isAbsolute(name)
    ? [name]
    : (process.env.PATH ?? "")
        .split(path.delimiter)
        .filter(path.isAbsolute)
        .map((folder) => path.join(folder, name));
  const endings = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  for (const candidate of candidates) {
    for (const ending of endings) {
      const file = candidate + ending;
      if (
        await access(file, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return file;
    }
  }
  return undefined;
}

/**
 * Runs a program without a shell and waits for it; a non-zero exit is a result, not an error.
 * The process gets its own group, which is killed whole at the deadline, when the signal fires or too much is printed.
 * Throws MissingToolError, LimitError (time or output), CancelledError.
 */
export async function runProcess(options: RunOptions): Promise<RunResult> {
  const program = await findProgram(options.program);
  if (program === undefined) {
    throw new MissingToolError(
      `${clean(options.program)} was not found`,
      `install ${clean(options.program)} or put it on PATH`,
    );
  }
  if (options.signal.aborted) throw new CancelledError();
  const started = performance.now();
  const maxBuffer = options.maxOutputBytes ?? 32 * 1024 * 1024;
  const child = execa(program, [...options.args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: childEnvironment(options.env),
    extendEnv: false,
    shell: false,
    reject: false,
    detached: process.platform !== "win32",
    cleanup: true,
    maxBuffer,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
    ...(options.onLine ? { buffer: { stdout: true, stderr: true } } : {}),
  });
  let stopped: "deadline" | "cancelled" | "output" | undefined;
  const stop = (why: "deadline" | "cancelled" | "output"): void => {
    stopped ??= why;
    killGroup(child.pid);
  };
  const timer = setTimeout(() => stop("deadline"), options.timeoutMs);
  const onAbort = (): void => stop("cancelled");
  const onExit = (): void => killGroup(child.pid);
  options.signal.addEventListener("abort", onAbort, { once: true });
  process.once("exit", onExit);
  // The bound of execa's own ends the program and not what it started, which may hold the streams open.
  for (const stream of [child.stdout, child.stderr]) {
    let length = 0;
    stream?.on("data", (chunk: string | Buffer) => {
      length += chunk.length;
      if (length > maxBuffer) stop("output");
    });
  }
  const { onLine } = options;
  if (onLine) {
    for (const stream of ["stdout", "stderr"] as const)
      feedLines(child[stream], (line) => onLine(line, stream));
  }
  try {
    const result = await child;
    if (stopped === "cancelled") throw new CancelledError();
    if (stopped === "deadline") {
      throw new LimitError(
        `${path.basename(program)} did not finish within ${Math.round(options.timeoutMs / 1000)} s`,
        "raise the time limit or make the work smaller",
      );
    }
    if (result.isMaxBuffer || stopped === "output") {
      throw new LimitError(
        `${path.basename(program)} printed more than ${maxBuffer} bytes`,
        "ask for less output",
      );
    }
    return {
      exitCode: result.exitCode ?? null,
      stdout: result.stdout ?? "",
      stderr: result.stderr ?? "",
      durationMs: performance.now() - started,
    };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", onAbort);
    process.removeListener("exit", onExit);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

/** Builders write all they have to tell of a moment in one line of JSON. */
const longestLine = 1024 * 1024;

function feedLines(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  if (stream === null) return;
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string | Buffer) => {
    const lines = (rest + String(chunk)).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) rest = rest.slice(-longestLine);
    for (const line of lines) take(line);
  });
  stream.on("end", () => {
    if (rest !== "") take(rest);
  });
}

const imageReference =
  /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*(?::[0-9]{1,5})?\/|\[[0-9a-f:]+\](?::[0-9]{1,5})?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/i;

/**
 * Checks that a text is an image reference or image id by the distribution grammar, so that it cannot be
 * read as an option. Returns it; throws InputError otherwise.
 */
export function checkImageReference(reference: string): string {
  if (
    reference.length <= 512 &&
    (imageReference.test(reference) || /^(?:sha256:)?[a-f0-9]{12,64}$/.test(reference))
  ) {
    return reference;
  }
  throw new InputError(
    `${clean(reference, 80)} is not an image reference`,
    "use name:tag, name@sha256:…, or an image id",
  );
}
