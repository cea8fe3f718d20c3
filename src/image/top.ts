/** Keeps the largest of many without sorting them all: O(items × log limit) in the worst case, mostly O(items). */
export interface Top<Item> {
  add(item: Item): void;
  /** Largest first; equal sizes in the order they came. */
  list(): Item[];
}

/** Makes a collector of the `limit` largest items. */
export function makeTop<Item>(limit: number, sizeOf: (item: Item) => number): Top<Item> {
  const kept: Item[] = [];
  let least = -1;
  return {
    add(item) {
      const size = sizeOf(item);
      if (limit === 0 || (kept.length === limit && size <= least)) return;
      let low = 0;
      let high = kept.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        const other = kept[middle];
        if (other !== undefined && sizeOf(other) >= size) low = middle + 1;
        else high = middle;
      }
      kept.splice(low, 0, item);
      if (kept.length > limit) kept.pop();
      const last = kept.at(-1);
      least = kept.length === limit && last !== undefined ? sizeOf(last) : -1;
    },
    list: () => kept,
  };
}
