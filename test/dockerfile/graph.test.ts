import { expect, test } from "vitest";
import { stageGraph } from "../../src/dockerfile/graph.ts";
import { parseDockerfile } from "../../src/dockerfile/parse.ts";

const text = `FROM golang AS Build
FROM build AS tested
RUN test
FROM alpine AS tools
FROM scratch AS final
COPY --from=BUILD /a /b
COPY --from=2 /c /d
COPY --from=nginx:1 /e /f
RUN --mount=from=tools,target=/t x
ONBUILD COPY --from=tested /g /h
`;

test("what the last stage needs", () => {
  const file = parseDockerfile(text);
  const graph = stageGraph(file);
  expect(graph.final?.name).toBe("final");
  expect(file.stages.map((stage) => graph.reachable(stage))).toEqual([true, true, true, true]);
  expect(graph.copies.map(({ from }) => (from.kind === "stage" ? from.stage.name : from))).toEqual([
    "build",
    "tools",
    { kind: "image", image: "nginx:1" },
    "tested",
  ]);
  expect(graph.mounts.map(({ from }) => from.kind === "stage" && from.stage.name)).toEqual(["tools"]);
});

test("a target needs less", () => {
  const file = parseDockerfile(text);
  const graph = stageGraph(file, "TESTED");
  expect(file.stages.map((stage) => graph.reachable(stage))).toEqual([true, true, false, false]);
  const tested = graph.final;
  if (!tested) throw new Error("no stage");
  expect(graph.chain(tested).map((stage) => stage.index)).toEqual([1, 0]);
  expect(graph.rootBase(tested)).toMatchObject({ kind: "image", reference: "golang" });
  expect(graph.parent(tested)?.name).toBe("build");
});

test("find takes names in any case and numbers, the last of a name first", () => {
  const file = parseDockerfile("FROM a AS x\nFROM b AS X\nFROM c\n");
  const graph = stageGraph(file);
  expect(graph.find("x")?.index).toBe(1);
  expect(graph.find("x", file.stages[1])?.index).toBe(0);
  expect(graph.find("2")?.index).toBe(2);
  expect(graph.find("2", file.stages[2])).toBeUndefined();
  expect(graph.find("none")).toBeUndefined();
});

test("a mount takes names, a COPY numbers as well", () => {
  const graph = stageGraph(
    parseDockerfile("FROM a\nFROM b\nRUN --mount=from=0,target=/x y\nCOPY --from=0 x y\n"),
  );
  expect(graph.mounts[0]?.from).toEqual({ kind: "image", image: "0" });
  expect(graph.copies[0]?.from).toMatchObject({ kind: "stage", stage: { index: 0 } });
});

test("named contexts are told from images", () => {
  const file = parseDockerfile("FROM a\nCOPY --from=docs x y\n");
  expect(stageGraph(file, undefined, { contexts: ["docs"] }).copies[0]?.from).toEqual({
    kind: "context",
    context: "docs",
  });
});
