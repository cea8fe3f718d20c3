import type { Dockerfile, Heredoc, Instruction } from "../../dockerfile/types.ts";

const cache = new WeakMap<Dockerfile, readonly Heredoc[]>();

/** True for an offset in the body of a heredoc, whose text belongs to the image and not to the layout. */
export function isInHeredoc(file: Dockerfile, offset: number): boolean {
  let heredocs = cache.get(file);
  if (!heredocs) {
    heredocs = file.instructions.flatMap((instruction) => heredocsOf(instruction));
    cache.set(file, heredocs);
  }
  let low = 0;
  let high = heredocs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((heredocs[middle]?.bodyRange.end ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const heredoc = heredocs[low];
  return heredoc !== undefined && heredoc.bodyRange.start <= offset && offset < heredoc.bodyRange.end;
}

function heredocsOf(instruction: Instruction): readonly Heredoc[] {
  return instruction.keyword === "ONBUILD" && instruction.trigger
    ? instruction.trigger.heredocs
    : instruction.heredocs;
}
