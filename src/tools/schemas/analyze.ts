import { z } from "zod";

/** Input of analyze_image_size: an image; everything else narrows or widens the answer. */
export const analyzeInput = z.object({
  image: z.string().min(1).max(4096).describe("Reference, archive, OCI layout or -"),
  dockerfile: z.string().max(4096).optional().describe("Adds lines and edits"),
  compareTo: z.string().min(1).max(4096).optional().describe("Earlier image"),
  targetSize: z.string().max(300).optional().describe("<300MB, backend, frontend, minimal, dive rule"),
  platform: z.string().max(60).optional(),
  top: z.int().optional(),
  report: z.string().max(4096).optional().describe("HTML file to write"),
  detail: z.enum(["layers", "summary", "full"]).default("summary").describe("layers: no download"),
});

const uselessKinds = [
  "apt-lists",
  "package-manager-cache",
  "pip-cache",
  "npm-cache",
  "build-cache",
  "version-control",
  "tests",
  "documentation",
  "source-maps",
  "build-files",
  "temporary-files",
  "logs",
] as const;

const bytes = z.number().int();
const pathBytes = z.object({ path: z.string(), bytes });
const place = z.object({ line: z.int(), endLine: z.int(), stage: z.string() });

const layer = z.object({
  index: z.int(),
  instruction: z.string(),
  digest: z.string().optional(),
  place: place.optional(),
  base: z.boolean(),
  bytes,
  compressedBytes: bytes.optional(),
  files: z.int(),
  entries: z.int(),
  whiteouts: z.int(),
  hiddenLater: bytes,
  top: z.array(pathBytes),
});

const edit = z.object({
  kind: z.string(),
  title: z.string(),
  because: z.string(),
  saves: bytes,
  certainty: z.enum(["exact", "estimate"]),
  layers: z.array(z.int()),
  place: place.optional(),
  edits: z
    .array(z.object({ range: z.object({ start: z.int(), end: z.int() }), text: z.string() }))
    .optional(),
  ignore: z.array(z.string()).optional(),
  example: z.string().optional(),
});

const verdict = z.object({ target: z.string(), passed: z.boolean(), actual: z.string(), over: bytes });

const change = z.object({ name: z.string(), before: bytes, after: bytes });

/** Output of analyze_image_size. Bytes are those of files; `hidden` are stored but removed or replaced by later layers. */
export const analyzeOutput = z.object({
  reference: z.string(),
  source: z.enum(["engine", "docker-archive", "oci-archive", "oci-layout", "registry"]),
  platform: z.string(),
  imageId: z.string().optional(),
  digest: z.string().optional(),
  size: z.object({
    total: bytes,
    visible: bytes,
    hidden: bytes,
    base: bytes,
    own: bytes,
    compressed: bytes.optional(),
    files: z.int(),
    entries: z.int(),
  }),
  base: z.object({
    layers: z.int(),
    name: z.string().optional(),
    confidence: z.enum(["certain", "likely", "assumed"]),
    reason: z.string(),
  }),
  layers: z.array(layer),
  hidden: z.array(
    z.object({
      writtenBy: z.int(),
      hiddenBy: z.int(),
      cause: z.enum([
        "file-removed",
        "dir-removed",
        "same-content-rewritten",
        "overwritten",
        "opaque-dir",
        "replaced",
      ]),
      bytes,
      files: z.int(),
      top: z.array(pathBytes),
    }),
  ),
  useless: z.array(
    z.object({
      kind: z.enum(uselessKinds),
      label: z.string(),
      layer: z.int(),
      bytes,
      files: z.int(),
      top: z.array(pathBytes),
    }),
  ),
  duplicates: z.object({
    compared: z.boolean(),
    groups: z.int(),
    bytes,
    top: z.array(z.object({ copies: z.int(), bytes, extra: bytes, paths: z.array(z.string()) })),
  }),
  largest: z.object({
    files: z.array(pathBytes.extend({ layer: z.int() })),
    directories: z.array(pathBytes),
    kinds: z.array(z.object({ kind: z.string(), bytes, files: z.int() })),
    packages: z.array(
      z.object({
        type: z.enum(["deb", "apk", "rpm", "npm", "python", "go", "java"]),
        name: z.string(),
        version: z.string().optional(),
        bytes,
        files: z.int(),
        layer: z.int(),
      }),
    ),
    tree: z.array(pathBytes.extend({ depth: z.int() })),
  }),
  dive: z.object({
    efficiency: z.number(),
    wastedBytes: bytes,
    wastedPaths: z.int(),
    sizeBytes: bytes,
    userSizeBytes: bytes,
    userWastedPercent: z.number().optional(),
    top: z.array(z.object({ path: z.string(), count: z.int(), bytes })),
  }),
  edits: z.array(edit),
  targets: z.array(verdict),
  /** The fewest edits that reach the size target, as indexes into `edits`; undefined when they do not suffice. */
  plan: z.array(z.int()).optional(),
  compare: z
    .object({
      reference: z.string(),
      before: bytes,
      after: bytes,
      percent: z.number(),
      sharedLayers: z.int(),
      sharedBytes: bytes,
      paths: z.array(change),
      packages: z.array(change),
      kinds: z.array(change),
    })
    .optional(),
  report: z.string().optional(),
  notes: z.array(z.string()),
  truncated: z.boolean(),
});
