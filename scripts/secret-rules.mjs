// Makes reference/data/secret-rules.json of the rules of gitleaks (https://github.com/gitleaks/gitleaks, MIT).
//   node scripts/secret-rules.mjs path/to/gitleaks/repository
// Two forms come out. A rule with `pattern` knows the value by its form. A rule with `names` knows it by a name of the
// vendor before it: `names`, an assignment, then `value`; secret-rules.ts writes the rest of that expression once.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parse } from "smol-toml";

const repository = process.argv[2];
if (repository === undefined) throw new Error("name the repository: node scripts/secret-rules.mjs PATH");
const git = (...args) => execFileSync("git", ["-C", repository, ...args], { encoding: "utf8" });

/** What is not taken over, and why. */
const leftOut = {
  "our own pattern is there":
    /^(?:age-secret-key|anthropic-|aws-access-token|databricks-|digitalocean-|gcp-api-key|github-|gitlab-(?!rrt|session|feature)|grafana-|huggingface-access|jwt|npm-access|openai-|private-key|pypi-|rubygems-|sendgrid-|sentry-(?:org|user)|shopify-|slack-(?!app|config)|stripe-|telegram-|vault-|generic-api-key|sidekiq-sensitive|curl-|twilio-)/,
  "an identifier, not a secret":
    /-(?:client-id|public-key|pub-key|pub-api-key|access-id|browser-api-token)$|^(?:alibaba-access-key-id|mailgun-pub)/,
  "a file name": /^pkcs12-file$/,
  "its word may be anywhere in the file": /^facebook-access-token$/,
  "its word is three letters long": /^lob-api-key$/,
};

/** Corrections: what expects a re-scan of the whole file, or is too broad for one. */
const changes = {
  "sourcegraph-access-token": {
    keywords: ["sgp_"],
    pattern: "\\bsgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}\\b",
  },
  "azure-ad-client-secret": { keywords: [..."0123456789"].map((digit) => `${digit}Q~`), before: 4 },
  "intra42-client-secret": { keywords: ["s-s4t2ud-", "s-s4t2af-"] },
  "airtable-personnal-access-token": {
    keywords: ["pat"],
    pattern: "\\bpat[A-Za-z0-9]{14}\\.[a-f0-9]{64}\\b",
  },
  "aws-amazon-bedrock-api-key-short-lived": {
    pattern: "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=]{20,4000}",
  },
  "facebook-page-access-token": { keywords: ["EAAM", "EAAC"] },
  "planetscale-password": { pattern: "(?i)\\b(pscale_pw_[\\w=.-]{32,64})" },
  "square-access-token": {
    pattern: "\\b(sq0atp-[\\w-]{22}|EAAA[\\w-]{60})(?:[\\x60'\"\\s;]|\\\\[nr]|$)",
    entropy: 4.3,
  },
  "slack-config-access-token": { pattern: "(?i)xoxe\\.xox[bp]-\\d-[A-Z0-9]{163,166}" },
  "cloudflare-origin-ca-key": { keywords: ["v1.0-"] },
  "kubernetes-secret-yaml": { before: 400 },
  "maxmind-license-key": { before: 40 },
  "hashicorp-tf-api-token": { before: 16 },
  "microsoft-teams-webhook": { keywords: ["webhook.office.com"], before: 80 },
};

const envelope = "(?:[ \\t\\w.-]{0,20})[\\s'\"]{0,3}(?:=|>|:{1,3}=|\\|\\||:|=>|\\?=|,)[\\x60'\"\\s=]{0,5}";
const tail = "(?:[\\x60'\"\\s;]|\\\\[nr]|$)";

const rules = [];
for (const rule of parse(git("show", "HEAD:config/gitleaks.toml")).rules) {
  if (Object.values(leftOut).some((pattern) => pattern.test(rule.id))) continue;
  const change = changes[rule.id] ?? {};
  const common = {
    id: rule.id,
    ...((change.entropy ?? rule.entropy) === undefined ? {} : { entropy: change.entropy ?? rule.entropy }),
    ...(rule.path === undefined ? {} : { path: translate(rule.path) }),
  };
  for (const part of change.pattern === undefined ? alternatives(rule) : [{ form: change.pattern }]) {
    if (part.names !== undefined) {
      rules.push({ ...common, names: part.names, value: translate(part.value, true) });
      continue;
    }
    rules.push({
      ...common,
      keywords:
        change.keywords ??
        rule.keywords.filter((word) => part.form.toLowerCase().includes(word) || !part.rest),
      ...(change.before === undefined ? {} : { before: change.before }),
      pattern: translate(part.form),
    });
  }
}

const license = git("show", "HEAD:LICENSE").trim();
const [commit, date] = git("log", "-1", "--format=%H %cs").trim().split(" ");
const file = new URL("../reference/data/secret-rules.json", import.meta.url);
writeFileSync(
  file,
  `${JSON.stringify({ source: "https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml", commit, date, license, rules }, null, 2)}\n`,
);
console.log(
  `${rules.length} rules of ${commit.slice(0, 12)} (${date}); now run biome check --write reference/data`,
);

/** A rule as its alternatives: by name, or by form. */
function alternatives({ regex: written, keywords }) {
  // Some ignore case up to the assignment only: `(?i:…(?:name)…)`.
  const regex = written.replace(/^\[\\w\.-\]\{0,50\}\?\(\?i:(.*?\{0,3\})\)(?=\(\?:=)/, "(?i)$1");
  const at = regex.indexOf(envelope);
  if (at < 0) return [{ form: regex }];
  const head = regex
    .slice(0, at)
    .replaceAll("[\\w.-]{0,50}?", "")
    .replace(/^\(\?i\)/, "")
    .replace(/^\(\?i:/, "");
  const words = expand(
    head
      .replace(/\(\?-?i:/g, "(?:")
      .toLowerCase()
      .replaceAll("[_.-]?", "[_.-]?"),
  );
  const after = regex.slice(at + envelope.length);
  const end = after.indexOf(tail);
  const value = after
    .slice(0, end)
    .replace(/^\((?!\?)/, "")
    .replace(/\)$/, "");
  const rest = after.slice(end + tail.length).replace(/^\|/, "");
  const useKeywords = words.length > 10 || words.some((word) => word.length < 4);
  return [
    { names: useKeywords ? keywords : words, value: `(?i)${value}` },
    ...(rest === "" ? [] : [{ form: rest, rest: true }]),
  ];
}

/** The literal words of `(?:a|b[_-]?c)`. */
function expand(head) {
  const source = head;
  let at = 0;
  const sequence = () => {
    const options = [];
    let current = [""];
    while (at < source.length && source[at] !== ")") {
      if (source[at] === "|") {
        options.push(...current);
        current = [""];
        at++;
        continue;
      }
      let atom;
      if (source[at] === "(") {
        at += source.startsWith("(?:", at) ? 3 : 1;
        atom = sequence();
        at++;
      } else if (source[at] === "[") {
        const end = source.indexOf("]", at);
        atom = [...source.slice(at + 1, end)];
        at = end + 1;
      } else atom = [source[at++]];
      if (source[at] === "?") {
        atom = ["", ...atom];
        at++;
      }
      current = current.flatMap((one) => atom.map((next) => one + next));
    }
    options.push(...current);
    return options;
  };
  return [...new Set(sequence().map((word) => word.replace(/,$/, "")))];
}

/**
 * Go's RE2 syntax in JavaScript's: flags inside the pattern become both cases of each letter, since engines before
 * V8 12.5 have none. A pattern that ignores case throughout keeps `(?i)` at its beginning, which secret-rules.ts reads.
 */
function translate(pattern) {
  const whole = pattern.startsWith("(?i)") && !/\(\?-i|\(\?i/.test(pattern.slice(4));
  let out = whole ? "(?i)" : "";
  const scopes = [{ ignore: false, dotAll: false }];
  const scope = () => scopes.at(-1);
  let at = whole ? 4 : 0;
  while (at < pattern.length) {
    const rest = pattern.slice(at);
    const flags = /^\(\?(-)?([is])(\)|:)/.exec(rest);
    if (flags !== null) {
      const [text, off, flag, close] = flags;
      const next = { ...scope(), [flag === "i" ? "ignore" : "dotAll"]: off === undefined };
      if (close === ")") Object.assign(scope(), next);
      else {
        scopes.push(next);
        out += "(?:";
      }
      at += text.length;
      continue;
    }
    const token =
      /^\(\?P<\w+>|^\(\?:|^\(|^\)|^\[(?:\^?\]?)(?:\[:\w+:\]|\\.|[^\]\\])*\]|^\\x[0-9a-f]{2}|^\\.|^./is.exec(
        rest,
      )[0];
    at += token.length;
    if (token.startsWith("(")) {
      scopes.push({ ...scope() });
      out += token.startsWith("(?P<") ? "(?:" : token;
    } else if (token === ")") {
      scopes.pop();
      out += ")";
    } else if (token.startsWith("[")) out += classOf(token, scope().ignore);
    else if (token === "\\z") out += "$";
    else if (token === "." && scope().dotAll) out += "[^]";
    else if (token === ".") out += "[^\\n]";
    else if (scope().ignore && /^[a-z]$/i.test(token))
      out += `[${token.toLowerCase()}${token.toUpperCase()}]`;
    else out += token;
  }
  return out;
}

function classOf(token, ignore) {
  const posix = token.replace("[:alnum:]", "A-Za-z0-9");
  if (!ignore) return posix;
  const body = posix.slice(1, -1);
  const more = [...body.matchAll(/(?<!\\)([a-z])-([a-z])|(?<!\\)([A-Z])-([A-Z])/g)].map(([range]) =>
    range === range.toLowerCase() ? range.toUpperCase() : range.toLowerCase(),
  );
  const single = body
    .replace(/\\./g, "")
    .replace(/.-./g, "")
    .replace(/[^a-z]/gi, "");
  const other = [...single].map((letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  const add = [...more, ...other].filter((piece) => !body.includes(piece));
  return `[${body.endsWith("-") && !body.endsWith("\\-") ? `${body.slice(0, -1)}${add.join("")}-` : body + add.join("")}]`;
}
