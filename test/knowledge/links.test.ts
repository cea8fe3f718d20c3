import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../src/data/package-files.ts";
import { openKnowledge } from "../../src/knowledge/index.ts";
import { markdownFiles, readPage } from "./pages.ts";

const files = [
  ...markdownFiles("reference", "skills", "docs", "examples"),
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md"].filter((file) =>
    existsSync(path.join(packageRoot(), file)),
  ),
];

/** Links of a page outside code blocks. */
function links(text: string): readonly string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
}

/** Anchors as code hosts make them from headings. */
function anchors(text: string): readonly string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, "");
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("links", () => {
  const uris = new Set(
    openKnowledge()
      .listDocuments()
      .map(({ uri }) => uri),
  );

  it.each(files)("%s points at things that exist", (file) => {
    const text = readPage(file);
    const broken = links(text).filter((link) => {
      if (/^https?:|^mailto:/.test(link)) return false;
      if (link.startsWith("dockwright://")) return !uris.has(link) && !link.startsWith("dockwright://rules/");
      const [target = "", anchor] = link.split("#");
      const found = path.join(packageRoot(), path.dirname(file), target);
      if (!existsSync(found)) return true;
      if (anchor === undefined) return false;
      const where = target === "" ? text : readPage(path.relative(packageRoot(), found));
      return !anchors(where).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("lead from the reference's index to every page", () => {
    const listed = links(readPage("reference/README.md"));
    for (const file of markdownFiles("reference")) {
      const name = file.replace(/^reference\//, "");
      if (name !== "README.md") expect(listed).toContain(name);
    }
  });
});
