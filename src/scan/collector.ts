import type { ImageModel } from "../image/model/read.ts";
import type { ContentSink, LayerEntry } from "../image/types.ts";

/**
 * Something that is learnt while the layers go by. All collectors share the one pass over the image, so `observe`
 * is called once for each regular file of each layer (lowest first, in tar order: the order of `ImageModel.versions`).
 */
export interface Collector<Result> {
  /** A returned sink gets the file's content. Must not block. */
  observe(layer: number, entry: LayerEntry): ContentSink | undefined;
  /** After the last layer, with the merged filesystem. Called once. */
  finish(model: ImageModel): Result;
}

/** One observer for several: each sees every file, and each sink that was returned gets its content. */
export function observeAll(
  collectors: readonly Pick<Collector<unknown>, "observe">[],
): Collector<unknown>["observe"] {
  return (layer, entry) => {
    const sinks = collectors.flatMap((one) => one.observe(layer, entry) ?? []);
    if (sinks.length < 2) return sinks[0];
    return {
      data(chunk) {
        for (const sink of sinks) sink.data(chunk);
      },
      end() {
        for (const sink of sinks) sink.end();
      },
    };
  };
}
