import { go } from "./go/index.ts";
import { java } from "./java/index.ts";
import { node } from "./node/index.ts";
import { python } from "./python/index.ts";
import { rust } from "./rust/index.ts";
import type { AnyEcosystem } from "./types.ts";

/** Every ecosystem we know. */
export const ecosystems: readonly AnyEcosystem[] = [node, python, go, rust, java];
