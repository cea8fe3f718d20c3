import type { Instruction } from "../../dockerfile/types.ts";
import type { HistoryInstruction } from "../analysis/instruction.ts";

/** What the makers of proposals know of a layer. */
export interface LayerSource {
  readonly index: number;
  readonly history: HistoryInstruction;
  readonly instruction: Instruction | undefined;
}
