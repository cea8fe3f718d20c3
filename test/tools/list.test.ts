import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { tools } from "../../src/tools/list.ts";
import { publishedInput, publishedOutput } from "../../src/tools/publish.ts";
import { instructions } from "../../src/tools/words.ts";

const tokens = (value: unknown) => encode(JSON.stringify(value)).length;

const modelView = () =>
  tools.map((tool) => ({
    name: tool.name,
    description: tool.description,
    inputSchema: publishedInput(tool),
  }));
const full = () =>
  tools.map((tool, index) => ({
    ...modelView()[index],
    title: tool.title,
    annotations: tool.annotations,
    outputSchema: publishedOutput(tool),
  }));

describe("the list of tools", () => {
  it("is sorted by name, so that hosts can cache it", () => {
    const names = tools.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(new Set(tools.map(({ verb }) => verb)).size).toBe(tools.length);
  });

  it("costs a host at most 1,000 tokens, and 2,500 with output schemas", () => {
    expect(tokens(modelView())).toBeLessThanOrEqual(1_000);
    expect(tokens(full())).toBeLessThanOrEqual(2_500);
  });

  it("has words that hosts do not cut", () => {
    expect(Buffer.byteLength(instructions)).toBeLessThan(2_048);
    for (const tool of tools) expect(tool.description.length).toBeLessThan(1_024);
  });

  describe.each(tools.map((tool) => [tool.name, tool] as const))("%s", (_, tool) => {
    it("has a name every host accepts", () => {
      expect(tool.name).toMatch(/^[a-z][a-z_]{0,59}$/);
    });

    it("is loaded as it is listed", async () => {
      const loaded = await tool.load();
      expect(loaded.name).toBe(tool.name);
      expect(loaded.verb).toBe(tool.verb);
      expect(loaded.title).toBe(tool.title);
      expect(loaded.description).toBe(tool.description);
      expect(loaded.input).toBe(tool.input);
      expect(loaded.output).toBe(tool.output);
      expect(loaded.annotations).toEqual(tool.annotations);
      expect(loaded.builds).toBe(tool.builds);
    });

    it("does not call itself read-only when it can write or build", () => {
      if (tool.writes.length > 0 || tool.builds) expect(tool.annotations.readOnlyHint).toBe(false);
      if (tool.annotations.readOnlyHint) expect(tool.annotations.destructiveHint).toBe(false);
    });

    it("names only arguments it has", () => {
      const known = Object.keys(tool.input.shape);
      for (const name of [...tool.writes, ...tool.secrets, ...tool.unpublished])
        expect(known).toContain(name);
    });

    it("publishes a flat object schema", () => {
      const text = JSON.stringify(publishedInput(tool));
      expect(publishedInput(tool).type).toBe("object");
      const { properties = {} } = z
        .looseObject({ properties: z.record(z.string(), z.unknown()) })
        .parse(publishedInput(tool));
      expect(Object.keys(properties)).toEqual(
        Object.keys(tool.input.shape).filter((name) => !tool.unpublished.includes(name)),
      );
      expect(text).not.toMatch(/"(anyOf|oneOf|allOf|\$ref)"/);
    });
  });
});
