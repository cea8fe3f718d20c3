import { describe, expect, test } from "vitest";
import { contextView } from "../../src/dockerfile/context.ts";
import { checklistRules, checklists, type ItemResult } from "../../src/validate/checklists.ts";
import { mergeConfigs } from "../../src/validate/config/merge.ts";
import type { Checklist } from "../../src/validate/config/types.ts";
import { rulesOf } from "../../src/validate/ids.ts";
import { judge } from "../../src/validate/judge.ts";

const bad = `FROM python:3.13
COPY . .
RUN pip install -r requirements.txt
EXPOSE 8000
CMD python app.py
`;

const good = `FROM python:3.13-slim AS build
COPY requirements.txt .
RUN pip wheel --no-cache-dir -r requirements.txt -w /wheels
FROM python:3.13-slim
RUN --mount=from=build,source=/wheels,target=/wheels pip install --no-cache-dir /wheels/*
RUN useradd --uid 10001 app
COPY app.py /app/
USER 10001
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000')"]
CMD ["python", "/app/app.py"]
`;

function list(name: string): Checklist {
  const found = checklists.find((one) => one.name === name);
  if (!found) throw new Error(`no checklist ${name}`);
  return found;
}

function results(checklist: Checklist, text: string, ignore?: string): readonly ItemResult[] {
  const rules = Object.fromEntries(checklistRules(checklist).map((rule) => [rule, {}]));
  const context = contextView({
    files: ["app.py", "requirements.txt"],
    read: () => "",
    ...(ignore === undefined ? {} : { ignore: { name: ".dockerignore", text: ignore } }),
  });
  const config = mergeConfigs({ profiles: [], rules });
  return judge("Dockerfile", text, { config, today: "2026-11-21", context, checklist }).items ?? [];
}

const status = (items: readonly ItemResult[]): Record<string, string> =>
  Object.fromEntries(items.map((item) => [item.id, item.status]));

test("every rule a checklist names exists", () => {
  const names = checklists.flatMap(({ items }) => items.flatMap(({ rules }) => rules));
  expect(names.filter((name) => rulesOf(name).length === 0)).toEqual([]);
});

describe("the optimisation checklist", () => {
  test("fails each item of a naive file, with the line that proves it", () => {
    const items = results(list("optimization"), bad);
    expect(status(items)).toMatchObject({
      "minimal-base": "fail",
      "layer-caching": "fail",
      "non-root": "fail",
      healthcheck: "fail",
      dockerignore: "fail",
      scan: "not-applicable",
    });
    expect(items.find(({ id }) => id === "layer-caching")?.proof).toMatchObject([{ line: 2 }]);
  });

  test("passes a good file", () => {
    expect(Object.values(status(results(list("optimization"), good, ".git\n")))).not.toContain("fail");
  });
});

test("secrets fail the security requirements", () => {
  const items = results(list("security-requirements"), `${good}ENV API_TOKEN=abc\n`, ".git\n");
  expect(status(items)["no-secrets"]).toBe("fail");
});

test("a team's own list uses any tool's id", () => {
  const own: Checklist = {
    name: "own",
    title: "Own",
    items: [{ id: "exec", title: "Exec form", rules: ["DL3025"] }],
  };
  expect(status(results(own, bad))).toEqual({ exec: "fail" });
  expect(status(results(own, good))).toEqual({ exec: "pass" });
});
