/** Bounds that hold for one request. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Largest Dockerfile that is read. */
  dockerfileBytes: number;
  /** Largest manifest or source file that is read from a project. */
  projectFileBytes: number;
  /** Most files that are indexed in a build context. */
  contextFiles: number;
  /** Deepest folder that is entered. */
  contextDepth: number;
  /** Most findings that are returned unless asked otherwise. */
  findings: number;
  /** Most text (characters) of one tool result that goes to a model. */
  resultChars: number;
  /** Most tokens of it, as they are estimated: digests and versions take more of them than words do. */
  resultTokens: number;
  /** Most output that is kept of one child process. */
  processOutputBytes: number;
  /** Deadline of one tool call that starts no container engine. */
  deadlineMs: number;
  /** Deadline of one tool call that builds and runs. */
  buildDeadlineMs: number;
  /** Most entries that are read of all layers of an image; each takes about 500 bytes of memory. */
  imageEntries: number;
  /** Most bytes that one layer may decompress to. */
  imageLayerBytes: number;
  /** Most temporary disk space for an image that does not come as a file. */
  imageDiskBytes: number;
  /** Largest manifest, index or configuration of an image. */
  imageMetadataBytes: number;
}

/** The bounds a server or command line starts with. */
export const defaultLimits: Limits = {
  dockerfileBytes: 1024 * 1024,
  projectFileBytes: 2 * 1024 * 1024,
  contextFiles: 50_000,
  contextDepth: 24,
  findings: 50,
  resultChars: 14_000,
  resultTokens: 3_800,
  processOutputBytes: 32 * 1024 * 1024,
  deadlineMs: 120_000,
  buildDeadlineMs: 30 * 60_000,
  imageEntries: 1_000_000,
  imageLayerBytes: 64 * 1024 ** 3,
  imageDiskBytes: 64 * 1024 ** 3,
  imageMetadataBytes: 8 * 1024 * 1024,
};
