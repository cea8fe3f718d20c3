interface Node<V> {
  readonly key: string;
  readonly value: V;
  /** When the key was first set, for iteration in that order. */
  readonly order: number;
  readonly left: Node<V> | undefined;
  readonly right: Node<V> | undefined;
  readonly height: number;
}

/**
 * An immutable map: `with` gives a new one that shares all but a few nodes with the old. A file with n ENV
 * instructions so has n states without n copies. Iterates in the order in which keys were first set.
 */
export interface PersistentMap<V> extends ReadonlyMap<string, V> {
  with(key: string, value: V): PersistentMap<V>;
}

/** The empty map. */
export function emptyMap<V>(): PersistentMap<V> {
  return makeMap<V>(undefined, 0);
}

function makeMap<V>(root: Node<V> | undefined, size: number): PersistentMap<V> {
  let entries: readonly (readonly [string, V])[] | undefined;
  const list = (): Map<string, V> => {
    entries ??= collect(root);
    return new Map(entries);
  };
  return {
    size,
    get: (key) => find(root, key)?.value,
    has: (key) => find(root, key) !== undefined,
    with: (key, value) => makeMap(insert(root, key, value, size), find(root, key) ? size : size + 1),
    forEach: (callback) => list().forEach(callback),
    entries: () => list().entries(),
    keys: () => list().keys(),
    values: () => list().values(),
    [Symbol.iterator]: () => list().entries(),
  };
}

function find<V>(root: Node<V> | undefined, key: string): Node<V> | undefined {
  let node = root;
  while (node && node.key !== key) node = key < node.key ? node.left : node.right;
  return node;
}

function collect<V>(root: Node<V> | undefined): [string, V][] {
  const nodes: Node<V>[] = [];
  const visit = (node: Node<V> | undefined): void => {
    if (!node) return;
    nodes.push(node);
    visit(node.left);
    visit(node.right);
  };
  visit(root);
  return nodes.sort((a, b) => a.order - b.order).map(({ key, value }) => [key, value]);
}

/** Insertion into an AVL tree that copies the path to the root. */
function insert<V>(node: Node<V> | undefined, key: string, value: V, order: number): Node<V> {
  if (!node) return { key, value, order, left: undefined, right: undefined, height: 1 };
  if (key === node.key) return { ...node, value };
  return key < node.key
    ? balance(node, insert(node.left, key, value, order), node.right)
    : balance(node, node.left, insert(node.right, key, value, order));
}

function balance<V>(node: Node<V>, left: Node<V> | undefined, right: Node<V> | undefined): Node<V> {
  const lean = height(left) - height(right);
  if (left && lean > 1) {
    if (height(left.left) >= height(left.right)) {
      return join(left, left.left, join(node, left.right, right));
    }
    const middle = left.right ?? left;
    return join(middle, join(left, left.left, middle.left), join(node, middle.right, right));
  }
  if (right && lean < -1) {
    if (height(right.right) >= height(right.left)) {
      return join(right, join(node, left, right.left), right.right);
    }
    const middle = right.left ?? right;
    return join(middle, join(node, left, middle.left), join(right, middle.right, right.right));
  }
  return join(node, left, right);
}

function join<V>(node: Node<V>, left: Node<V> | undefined, right: Node<V> | undefined): Node<V> {
  const { key, value, order } = node;
  return { key, value, order, left, right, height: Math.max(height(left), height(right)) + 1 };
}

function height<V>(node: Node<V> | undefined): number {
  return node?.height ?? 0;
}
