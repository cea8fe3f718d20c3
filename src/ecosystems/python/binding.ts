interface Binding {
  /** Options that name the address, and how it is given where none does. */
  readonly address: RegExp;
  readonly everywhere: (port: number) => readonly string[];
  /** The same of the port, for servers that are told it apart. */
  readonly port?: RegExp;
  readonly at?: (port: number) => readonly string[];
}

const bound: Binding = {
  address: /^(?:-b|--bind)/,
  everywhere: (port) => ["--bind", `0.0.0.0:${port}`],
};
const hosted: Binding = {
  address: /^--host\b/,
  everywhere: () => ["--host", "0.0.0.0"],
  port: /^--port\b/,
  at: (port) => ["--port", String(port)],
};

/** Servers whose own address is loopback, or whose own port is another one. */
const bindings: ReadonlyMap<string, Binding> = new Map([
  ["gunicorn", bound],
  ["hypercorn", bound],
  ["uvicorn", hosted],
  ["granian", hosted],
  ["chainlit", hosted],
  ["flask", { ...hosted, address: /^(?:-h|--host\b)/, port: /^(?:-p|--port\b)/ }],
  ["sanic", { ...hosted, address: /^(?:-H|--host\b)/, port: /^(?:-p|--port\b)/ }],
  [
    "daphne",
    {
      address: /^(?:-b|--bind)/,
      everywhere: () => ["-b", "0.0.0.0"],
      port: /^(?:-p|--port\b)/,
      at: (port) => ["-p", String(port)],
    },
  ],
  [
    "streamlit",
    {
      address: /^--server\.address\b/,
      everywhere: () => ["--server.address=0.0.0.0"],
      port: /^--server\.port\b/,
      at: (port) => [`--server.port=${port}`],
    },
  ],
]);

/** A command whose server would bind to loopback is not reachable: the address is made explicit. */
export function boundToAll(words: readonly string[], port: number): readonly string[] {
  // It reloads on SIGTERM, unless it is told to end.
  if (words[0] === "uwsgi" && !words.includes("--die-on-term")) return [...words, "--die-on-term"];
  const at = words.findIndex((word) => bindings.has(word));
  const program = words[at] ?? "";
  const binding = bindings.get(program);
  if (binding === undefined || (program === "flask" && !words.includes("run"))) return words;
  const told = words.map((word, index) =>
    index > at ? word.replace(/^(--[\w.]+=)?(?:127\.0\.0\.1|localhost)(?=:\d+$|$)/, "$10.0.0.0") : word,
  );
  const says = (option: RegExp): boolean => told.slice(at + 1).some((word) => option.test(word));
  const added = [
    ...(says(binding.address) ? [] : binding.everywhere(port)),
    ...(binding.at === undefined || binding.port === undefined || says(binding.port) ? [] : binding.at(port)),
  ];
  return binding === bound
    ? [...told.slice(0, at + 1), ...added, ...told.slice(at + 1)]
    : [...told, ...added];
}

/** The port that a command states, also as what holds where a platform gives none: `--bind :8080`, `${PORT:-8080}`. */
export function portIn(command: string): number | undefined {
  const port =
    /(?:\s(?:--bind|-b|--listen|--http|--http-socket)[\s=]["']?[\w.*[\]]*:|\s(?:--port|--server\.port)[\s=]|\s-p\s|\$\{PORT:?-)(\d{2,5})\b/.exec(
      command,
    )?.[1];
  return port === undefined ? undefined : Number(port);
}
