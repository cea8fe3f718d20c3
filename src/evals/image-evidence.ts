/** What an engine found out about an answer: built once, run once, searched once. Bytes uncompressed. */
export type ImageEvidence =
  | { readonly kind: "not-tried"; readonly reason: string }
  | {
      readonly kind: "tried";
      /** Failure of the build, when it failed. */
      readonly build: Tried;
      /** Size of the image; undefined when it was not built. */
      readonly bytes?: number;
      /** Started with dropped capabilities and answered its probe. */
      readonly works: Tried;
      /** The container's own health check became healthy; undefined when the image has none. */
      readonly health?: Tried;
      /** The secrets' values were searched in layers, history, configuration and provenance. */
      readonly secrets: Tried & { readonly places: readonly string[] };
      /** The same build without its secrets, which has to fail. */
      readonly withoutSecrets?: Tried & { readonly message: string };
      /** Bytes of the image the answer has to improve on. */
      readonly before?: number;
    };

/** One thing that was tried. */
export interface Tried {
  readonly outcome: "yes" | "no" | "unknown";
  /** What was seen, one line. */
  readonly evidence: string;
}

/** Evidence of an answer nobody built. */
export function notTried(reason: string): ImageEvidence {
  return { kind: "not-tried", reason };
}
