import { didYouMean } from "./suggest.ts";
import type { Flag, Mount } from "./types.ts";

const TYPES = ["bind", "cache", "tmpfs", "secret", "ssh"];
const SHARING = ["shared", "private", "locked"];
const SWITCHES = new Set(["readonly", "ro", "readwrite", "rw", "required"]);
const KEYS = [
  ..."type from source src target dst destination readonly ro readwrite rw".split(" "),
  ..."required size id sharing mode uid gid env".split(" "),
];

/** Reads a `--mount=` flag. Keys are lower-cased; a key without a value (`ro`, `required`) counts as `true`. */
export function readMount(flag: Flag): Mount {
  const options = new Map<string, string>();
  for (const field of csvFields(flag.value ?? "")) {
    const equals = field.indexOf("=");
    if (equals < 0) options.set(field.toLowerCase(), "true");
    else options.set(field.slice(0, equals).toLowerCase(), field.slice(equals + 1));
  }
  const target = options.get("target") ?? options.get("dst") ?? options.get("destination");
  const from = options.get("from");
  return {
    type: options.get("type")?.toLowerCase() ?? "bind",
    options,
    ...(target === undefined ? {} : { target }),
    ...(from === undefined ? {} : { from }),
    flag,
  };
}

/** What BuildKit refuses in a mount, one sentence each; values that hold variables are not judged. */
export function mountProblems(mount: Mount): string[] {
  const { options, type } = mount;
  const problems: string[] = [];
  const has = (...keys: string[]): boolean => keys.some((key) => (options.get(key) ?? "") !== "");
  for (const field of csvFields(mount.flag.value ?? "")) {
    const equals = field.indexOf("=");
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    if (!KEYS.includes(key)) problems.push(`A mount has no option "${key}".${didYouMean(key, KEYS)}`);
    else if (equals < 0 && !SWITCHES.has(key)) problems.push(`The mount option "${key}" needs a value.`);
  }
  if (/\$./.test(options.get("from") ?? "")) {
    problems.push('"from" of a mount takes no variables; name a stage with FROM and use that name.');
  }
  if ([...options.values()].some((value) => value.includes("$"))) return problems;
  if (!TYPES.includes(type)) problems.push(`"${type}" is not a mount type.${didYouMean(type, TYPES)}`);
  const sharing = options.get("sharing")?.toLowerCase();
  if (sharing !== undefined && !SHARING.includes(sharing)) {
    problems.push(`"${sharing}" is not a sharing mode: shared, private or locked.`);
  } else if (sharing !== undefined && type !== "cache")
    problems.push("Only cache mounts have a sharing mode.");
  if (has("size") && type !== "tmpfs") problems.push('Only tmpfs mounts have a "size".');
  if (has("required") && type !== "secret" && type !== "ssh") {
    problems.push('Only secret and ssh mounts can be "required".');
  }
  for (const key of ["mode", "uid", "gid"]) {
    const value = options.get(key);
    if (value === undefined) continue;
    if (type === "bind" || type === "tmpfs") problems.push(`A ${type} mount has no "${key}".`);
    else if (!(key === "mode" ? /^[0-7]+$/ : /^\d+$/).test(value)) {
      problems.push(`"${value}" is not a valid ${key} for a mount.`);
    }
  }
  if (type === "secret") {
    if (has("from")) problems.push('A secret mount has no "from".');
    if (!has("id", "source", "src", "target", "dst", "destination")) {
      problems.push('A secret mount needs an "id", a "source" or a "target".');
    }
    if (has("source", "src") && has("id")) problems.push('A secret mount has "source" or "id", not both.');
  }
  return problems;
}

/** Comma-separated fields; a field in double quotes may hold commas. */
function csvFields(value: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const char = value.charAt(at);
    if (char === '"' && quoted && value.charAt(at + 1) === '"') {
      field += '"';
      at++;
    } else if (char === '"' && (quoted || field === "")) quoted = !quoted;
    else if (char === "," && !quoted) {
      fields.push(field);
      field = "";
    } else field += char;
  }
  fields.push(field);
  return fields.filter((each) => each !== "");
}
