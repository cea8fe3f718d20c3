/*
 * Text in which there is no secret, for measuring speed and false alarms: base64, hex, words, minified scripts and
 * configuration, made from a seed, and source code of the packages that are installed here.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** A file of the corpus. */
export interface CorpusFile {
  /** Without a leading slash. */
  readonly path: string;
  readonly data: Buffer;
}

/** Numbers from 0 (inclusive) to 1 (exclusive), the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const words =
  `access account action address after agent answer array async await base before begin block body branch buffer
build bytes cache call certificate change channel check child class client close code column command comment commit
config connection const content context copy count create credential current data date default delete depend deploy
digest directory docker document domain email enable encoding endpoint engine entry error event example export false
field file filter final find first folder format function generate group handle hash header height host image import
index info inner input install integer interface issue item join json kernel key kind label language last layer length
level library license limit line list load local lock login long machine manifest map mark match maximum memory message
method minimum model module monitor mount name network next node normal null number object offset open option order
origin output owner package page parameter parent parse password patch path pattern payload permission phase pipe place
platform plugin point policy pool port position prefix private process profile project promise property proxy public
query queue random range read record redirect reference region register release remote remove render replace report
repository request require reset resource response result return revision role root route rule runtime sample scan
schema scope script search second secret section security select sequence server service session setting shell sign
signature simple single size source stack stage standard start state static status step stop storage store stream
string style submit subject suffix support switch symbol syntax system table tag target task template terminal test
text thread timeout title token tool total trace transaction transfer trigger true type undefined unique unit unknown
update upload url user utility validate value variable vector vendor version view virtual volume wait warning watch
weight width window word work worker write yield zone discord twitter facebook linear sentry dropbox looker plaid
confluent travis contentful bitbucket asana algolia etsy okta sumo kraken intercom`.split(/\s+/);

type Maker = (size: number, random: () => number) => Buffer;

const base64: Maker = (size, random) => {
  const lines: string[] = [];
  const width = random() < 0.5 ? 57 : 48 * 1024;
  for (let left = size; left > 0; left -= (width * 4) / 3) {
    const data = bytes(Math.min(width, Math.ceil((left * 3) / 4)), random);
    // Programs and tables are full of zeros.
    if (random() < 0.3)
      data.forEach((_, at) => {
        if (at % 16 < 9) data[at] = at % 5;
      });
    lines.push(data.toString("base64"));
  }
  return Buffer.from(lines.join("\n"), "latin1").subarray(0, size);
};

const hex: Maker = (size, random) => {
  const lines: string[] = [];
  for (let left = size; left > 0; left -= 67) {
    lines.push(`${bytes(32, random).toString("hex")}${random() < 0.5 ? ` ${pick(words, random)}` : ""}`);
  }
  return Buffer.from(lines.join("\n"), "latin1").subarray(0, size);
};

const prose: Maker = (size, random) => {
  const made: string[] = [];
  for (let left = size; left > 0; ) {
    const word = pick(words, random) + (random() < 0.1 ? ".\n" : random() < 0.1 ? ": " : " ");
    made.push(word);
    left -= word.length;
  }
  return Buffer.from(made.join(""), "latin1").subarray(0, size);
};

/** One long line, short names, strings with digests and identifiers in them. */
const minified: Maker = (size, random) => {
  const made: string[] = [];
  for (let left = size; left > 0; ) {
    const [a, b, c] = [pick(words, random), pick(words, random), pick(words, random)];
    const piece = pick(
      [
        `function ${a[0]}(e,t){return e.${b}(t)}`,
        `var ${a[0]}="${b}-${c}",`,
        `${a}:${Math.floor(random() * 1e6)},`,
        `${Math.floor(random() * 9_999)}:"${bytes(10, random).toString("hex")}",`,
        `e.${a}=t.${b}("${c}"),`,
        `if(n.${a}===${b[0]}.${c})return;`,
        `{${a}:"${b}",${c}:!0},`,
        `throw Error("${a} ${b} ${c}");`,
        `"sha512-${bytes(64, random).toString("base64")}",`,
      ],
      random,
    );
    made.push(piece);
    left -= piece.length;
  }
  return Buffer.from(made.join(""), "latin1").subarray(0, size);
};

/** Settings as programs have them: names that sound like secrets, values that are none. */
const settings: Maker = (size, random) => {
  const made: string[] = [];
  for (let left = size; left > 0; ) {
    const [a, b, c] = [pick(words, random), pick(words, random), pick(words, random)];
    const line = pick(
      [
        `${a.toUpperCase()}_${b.toUpperCase()}=${c}\n`,
        `${a}_${b}: ${Math.floor(random() * 1e5)}\n`,
        `"${a}${b}": "/var/lib/${b}/${c}.${a}",\n`,
        `${a}.${b} = ${random() < 0.5}\n`,
        `${a.toUpperCase()}_TOKEN=\${${b.toUpperCase()}_TOKEN}\n`,
        `${a}_key: ${b}-${c}\n`,
        `${b}Password: ""\n`,
        `url: https://${a}.example.com/${b}/${c}?page=${Math.floor(random() * 90)}\n`,
        `# ${a} ${b}: the ${c}\n`,
        `image: registry.example.com/${a}/${b}@sha256:${bytes(32, random).toString("hex")}\n`,
        `"integrity": "sha512-${bytes(64, random).toString("base64")}",\n`,
      ],
      random,
    );
    made.push(line);
    left -= line.length;
  }
  return Buffer.from(made.join(""), "latin1").subarray(0, size);
};

const kinds: readonly (readonly [
  name: string,
  maker: Maker,
  share: number,
  extensions: readonly string[],
])[] = [
  ["base64", base64, 0.25, ["pem.txt", "json", "js", "conf"]],
  ["hex", hex, 0.1, ["sum", "txt", "lock", "json"]],
  ["words", prose, 0.1, ["md", "txt", "html"]],
  ["minified", minified, 0.15, ["js", "min.js", "json"]],
  ["settings", settings, 0.1, ["yml", "env", "toml", "ini", "properties"]],
];

/** Files of `total` bytes together: 70% made from the seed, the rest source code found in the folders. */
export function* makeCorpus(total: number, seed: number, folders: readonly string[]): Generator<CorpusFile> {
  const random = seeded(seed);
  for (const [name, maker, share, extensions] of kinds) {
    for (let left = total * share, number = 0; left > 0; number++) {
      const size = Math.min(Math.ceil(left), Math.floor(2_000 + random() ** 4 * 2_000_000));
      yield { path: `srv/app/${name}/${number}.${pick(extensions, random)}`, data: maker(size, random) };
      left -= size;
    }
  }
  let left = total * 0.3;
  for (const file of sources(folders)) {
    if (left <= 0) return;
    left -= file.data.length;
    yield file;
  }
}

/** Text files of packages, in the order of their paths, the folders taking turns. */
function* sources(folders: readonly string[]): Generator<CorpusFile> {
  const queues = folders.map((folder) => walk(folder, folder));
  for (let open = queues.length; open > 0; ) {
    open = 0;
    for (const queue of queues) {
      const next = queue.next();
      if (next.done) continue;
      open++;
      yield next.value;
    }
  }
}

function* walk(folder: string, root: string): Generator<CorpusFile> {
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) yield* walk(file, root);
    else if (entry.isFile() && statSync(file).size < 4_000_000) {
      const data = readFileSync(file);
      // A folder of its own name: installed software is looked at less closely.
      const name = `srv/${path.basename(root).replace("_", "-")}-copy/${path.relative(root, file)}`;
      if (data.length > 0 && !data.subarray(0, 8192).includes(0)) {
        yield { path: name.replace(/(node)_(modules)/g, "$1-$2"), data };
      }
    }
  }
}

function pick<T>(list: readonly T[], random: () => number): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new RangeError("nothing to pick from");
  return found;
}

function bytes(length: number, random: () => number): Buffer {
  const made = Buffer.allocUnsafe(length + 3);
  for (let at = 0; at < length; at += 4)
    made.writeInt32LE((random() * 2 ** 32) | 0, Math.min(at, length - 1));
  return made.subarray(0, length);
}
