import { describe, expect, it } from "vitest";
import type { BuildStep } from "../../src/engine/progress.ts";
import { cacheReport } from "../../src/verify/cache.ts";

const step = (position: string, name: string, state: "cached" | "done"): BuildStep => ({
  position,
  name,
  state,
  ms: 1,
});

/** How many installations ran again. */
const again = (...steps: readonly BuildStep[]): number => cacheReport(steps).rerun.length;

describe("what a rebuild installs again", () => {
  it("counts an installation below the changed sources", () => {
    expect(again(step("builder 2/3", "COPY . .", "done"), step("builder 3/3", "RUN npm ci", "done"))).toBe(1);
  });

  it.each([
    [
      "RUN bun install --frozen-lockfile",
      "RUN rm -rf node_modules && bun install --production --ignore-scripts",
    ],
    [
      "RUN yarn install --frozen-lockfile",
      "RUN yarn install --frozen-lockfile --production --prefer-offline",
    ],
    ["RUN mvn -B dependency:go-offline", "RUN mvn -B package && mvn -B dependency:copy-dependencies"],
    [
      "RUN sh ./mvnw -B dependency:go-offline",
      "RUN sh ./mvnw -B package && sh ./mvnw -B dependency:copy-dependencies",
    ],
  ])("leaves out what only arranges after a cached %s", (first, later) => {
    expect(again(step("builder 2/4", first, "cached"), step("builder 4/4", later, "done"))).toBe(0);
    expect(again(step("builder 2/4", first, "done"), step("builder 4/4", later, "done"))).toBe(2);
    expect(again(step("deps 2/4", first, "cached"), step("builder 4/4", later, "done"))).toBe(1);
  });

  it("leaves out pip where it adds the project alone", () => {
    const pip =
      "RUN --mount=type=cache,target=/root/.cache/pip     pip --python /app/.venv/bin/python install";
    const list = step("deps 3/4", `${pip} -r /tmp/requirements.txt`, "cached");
    const later = (command: string): BuildStep => step("builder 2/2", command, "done");
    expect(again(list, later(`${pip} --no-deps .`))).toBe(0);
    expect(again(list, later(`${pip} --no-deps -e .`))).toBe(0);
    expect(again(list, later(`${pip} -e '.[web]'`))).toBe(0);
    expect(
      again(list, later(`RUN poetry build --format wheel     && ${pip.slice(4)} --no-deps dist/*.whl`)),
    ).toBe(0);
    expect(again(list, later(`${pip} .`))).toBe(0);
    expect(again(later(`${pip} .`))).toBe(1);
    expect(again(list, later(`${pip} -r requirements.txt`))).toBe(1);
  });
});
