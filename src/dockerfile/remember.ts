/**
 * Makes a function that keeps its answer for the key it was asked about last. Files are judged one after the other,
 * so one answer is enough; the values of a WeakMap outlive young garbage collections, which took a quarter of the time
 * of a long run.
 */
export function rememberLast<Input, Value>(
  keyOf: (input: Input) => object,
  make: (input: Input) => Value,
): (input: Input) => Value {
  let last: { readonly key: object; readonly value: Value } | undefined;
  return (input) => {
    const key = keyOf(input);
    if (last?.key !== key) last = { key, value: make(input) };
    return last.value;
  };
}
