import { expect, test } from "vitest";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";
import { readsAlike } from "../../src/dockerfile/second-reading.ts";

test("two parsers read an ordinary file alike, heredocs and continued lines too", () => {
  const text = "# c\nFROM a AS b\nRUN <<EOF\nUSER x\nEOF\n\nRUN x \\\n  # c\n  && y\r\nCOPY --from=b a b\n";
  expect(readsAlike(parseDockerfile(text))).toBe(true);
});

test.each([
  ["an escaped backslash at a line's end", "FROM a\nRUN echo \\\\\nUSER app\n"],
  ["a heredoc with a file descriptor", "FROM a\nRUN 3<<EOF cat\nUSER x\nEOF\n"],
])("they part at %s", (_, text) => {
  expect(readsAlike(parseDockerfile(text))).toBe(false);
});
