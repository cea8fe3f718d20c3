/** A box of a treemap, in the unit of the area it was made for. */
export interface Box<Item> {
  readonly item: Item;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Lays items out so that areas are proportional to sizes and boxes as square as they get: squarified treemaps (Bruls,
 * Huizing, van Wijk, 2000). Items without size are left out; the order is largest first.
 */
export function squarify<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Box<Item>[] {
  const sorted = items.filter((item) => sizeOf(item) > 0).sort((a, b) => sizeOf(b) - sizeOf(a));
  const total = sorted.reduce((sum, item) => sum + sizeOf(item), 0);
  const scale = total === 0 ? 0 : (area.width * area.height) / total;
  const boxes: Box<Item>[] = [];
  let { x, y, width, height } = area;
  for (let start = 0; start < sorted.length; ) {
    const side = Math.min(width, height);
    let end = start;
    let sum = 0;
    let worst = Number.POSITIVE_INFINITY;
    // The row grows while its worst box becomes more square.
    for (; end < sorted.length; end++) {
      const item = sorted[end];
      const first = sorted[start];
      if (item === undefined || first === undefined) break;
      const grown = sum + sizeOf(item) * scale;
      const ratio = Math.max(
        (side * side * sizeOf(first) * scale) / (grown * grown),
        (grown * grown) / (side * side * sizeOf(item) * scale),
      );
      if (ratio > worst) break;
      worst = ratio;
      sum = grown;
    }
    const thickness = side === 0 ? 0 : sum / side;
    let offset = 0;
    for (const item of sorted.slice(start, end)) {
      const length = thickness === 0 ? 0 : (sizeOf(item) * scale) / thickness;
      boxes.push(
        width >= height
          ? { item, x, y: y + offset, width: thickness, height: length }
          : { item, x: x + offset, y, width: length, height: thickness },
      );
      offset += length;
    }
    if (width >= height) {
      x += thickness;
      width -= thickness;
    } else {
      y += thickness;
      height -= thickness;
    }
    start = Math.max(end, start + 1);
  }
  return boxes;
}
