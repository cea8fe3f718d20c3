interface Entry<V> {
  readonly version: number;
  readonly value: V;
}

/**
 * A map that remembers what it was: every `set` makes a version, and a view shows one of them. A file with n ENV
 * instructions so has n states without n copies.
 */
export interface VersionedMap<V> {
  set(name: string, value: V): void;
  get(name: string): V | undefined;
  /** The map as it is now, for good. */
  view(): ReadonlyMap<string, V>;
}

/** Makes an empty map, or one that starts from `parent`. */
export function versionedMap<V>(parent: ReadonlyMap<string, V> = new Map()): VersionedMap<V> {
  const entries = new Map<string, Entry<V>[]>();
  let version = 0;
  let current: { version: number; map: ReadonlyMap<string, V> } | undefined;
  const lookup = (name: string, at: number): Entry<V> | undefined => {
    const history = entries.get(name);
    if (!history) return undefined;
    let low = 0;
    let high = history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((history[middle]?.version ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return history[low - 1];
  };
  const plain = (at: number): Map<string, V> => {
    const map = new Map(parent);
    for (const name of entries.keys()) {
      const entry = lookup(name, at);
      if (entry) map.set(name, entry.value);
    }
    return map;
  };
  const find = (name: string, at: number): Entry<V> | undefined => {
    const entry = lookup(name, at);
    if (entry || !parent.has(name)) return entry;
    const inherited = parent.get(name);
    return inherited === undefined ? undefined : { version: 0, value: inherited };
  };
  return {
    set(name, value) {
      version++;
      const history = entries.get(name);
      if (history) history.push({ version, value });
      else entries.set(name, [{ version, value }]);
    },
    get: (name) => find(name, version)?.value,
    view() {
      if (current?.version === version) return current.map;
      const at = version;
      let copy: Map<string, V> | undefined;
      const whole = (): Map<string, V> => {
        copy ??= plain(at);
        return copy;
      };
      const map: ReadonlyMap<string, V> = {
        get: (name) => find(name, at)?.value,
        has: (name) => lookup(name, at) !== undefined || parent.has(name),
        get size() {
          return whole().size;
        },
        forEach: (callback) => whole().forEach(callback),
        entries: () => whole().entries(),
        keys: () => whole().keys(),
        values: () => whole().values(),
        [Symbol.iterator]: () => whole()[Symbol.iterator](),
      };
      current = { version, map };
      return map;
    },
  };
}
