import { describe, expect, test } from "vitest";
import { defaultLimits } from "../../src/security/limits.ts";
import { findProgram } from "../../src/security/process.ts";
import type { ToolContext } from "../../src/tools/define.ts";
import { validateInput } from "../../src/tools/schemas/validate.ts";
import { validateTool } from "../../src/tools/validate.ts";

const there = (await findProgram("shellcheck")) !== undefined;

const context: ToolContext = {
  signal: new AbortController().signal,
  progress: () => {},
  roots: { directories: [import.meta.dirname] },
  limits: defaultLimits,
  today: "2026-11-21",
  now: () => 0,
  allow: { write: false, build: false },
};

/** `rule line:column` of every finding with one of ShellCheck's ids. */
async function shellFindings(
  lines: readonly string[],
  more: Record<string, unknown> = {},
): Promise<string[]> {
  const input = validateInput.parse({ dockerfile: `${lines.join("\n")}\n`, shellcheck: true, ...more });
  const output = await validateTool.run(input, context);
  const findings = output.files.flatMap((file) => file.findings);
  return findings
    .filter(({ ids }) => ids.some((id) => /^SC\d+$/.test(id)))
    .map(
      ({ rule, ids, line, column }) => `${rule} ${ids.find((id) => id.startsWith("SC"))} ${line}:${column}`,
    );
}

describe.skipIf(!there)("what the shellcheck program finds", () => {
  test("is placed to the character, in continued lines behind comments and other scripts' letters", async () => {
    expect(
      await shellFindings([
        "FROM debian:13-slim",
        "RUN set -e; \\",
        "    # why",
        '    echo "é😀"; read foo; echo "$foo"',
      ]),
    ).toEqual(["shellcheck SC2162 4:17"]);
  });

  test("is placed in heredocs, whose shebang names the shell", async () => {
    const script = [
      "FROM debian:13-slim",
      "RUN <<EOF",
      "#!/bin/bash",
      "set -e",
      "local x=1",
      'echo "$x"',
      "EOF",
    ];
    expect(await shellFindings(script)).toContain("shellcheck SC2168 5:1");
  });

  test("is left out where a rule of ours says the same", async () => {
    const found = await shellFindings([
      "FROM debian:13-slim",
      'RUN for i in $(ls); do echo "$i"; done && cd $HOME/x',
    ]);
    expect(found.filter((one) => one.includes("SC2086"))).toHaveLength(1);
  });

  test("knows the variables of the Dockerfile", async () => {
    expect(await shellFindings(["FROM debian:13-slim", "ENV name=x", 'RUN echo "$name"'])).toEqual([]);
  });

  test("obeys pragmas and ignored ids", async () => {
    const read = 'RUN read foo && echo "$foo"';
    expect(await shellFindings(["FROM debian:13-slim", "# hadolint ignore=SC2162", read])).toEqual([]);
    expect(await shellFindings(["FROM debian:13-slim", read], { ignore: ["SC2162"] })).toEqual([]);
    expect(await shellFindings(["FROM debian:13-slim", read])).toEqual(["shellcheck SC2162 2:5"]);
  });
});

test("a repair and shellcheck are two calls", async () => {
  const call = validateTool.run(
    validateInput.parse({ dockerfile: "FROM a", shellcheck: true, fix: "safe" }),
    context,
  );
  await expect(call).rejects.toThrow("contradict");
});
