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
  return new TreeMap<V>(undefined, 0);
}

/** A class: a state is made for every instruction, and methods on a prototype cost nothing (ADR 0012). */
class TreeMap<V> implements PersistentMap<V> {
  readonly size: number;
  private readonly root: Node<V> | undefined;
  private known: readonly (readonly [string, V])[] | undefined;

  constructor(root: Node<V> | undefined, size: number) {
    this.root = root;
    this.size = size;
  }

  get(key: string): V | undefined {
    return find(this.root, key)?.value;
  }

  has(key: string): boolean {
    return find(this.root, key) !== undefined;
  }

  with(key: string, value: V): PersistentMap<V> {
    const { root, size } = this;
    return new TreeMap(insert(root, key, value, size), find(root, key) ? size : size + 1);
  }

  forEach(callback: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    this.list().forEach(callback);
  }

  entries(): MapIterator<[string, V]> {
    return this.list().entries();
  }

  keys(): MapIterator<string> {
    return this.list().keys();
  }

  values(): MapIterator<V> {
    return this.list().values();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.list().entries();
  }

  private list(): Map<string, V> {
    this.known ??= collect(this.root);
    return new Map(this.known);
  }
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
