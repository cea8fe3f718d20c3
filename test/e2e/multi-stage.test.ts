import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "./cli.ts";
import { docker, engineReady } from "./engine.ts";

const cases = [
  {
    name: "python-flask",
    files: {
      "requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\n",
      "app.py": `from flask import Flask

app = Flask(__name__)


@app.get("/orders/<int:number>")
def order(number):
    return {"number": number}
`,
    },
    dockerfile: `FROM python:3.12
ENV PYTHONUNBUFFERED=1
WORKDIR /srv/orders
RUN apt-get update && apt-get install -y gcc
COPY . .
RUN pip install -r requirements.txt
LABEL org.opencontainers.image.title="orders"
EXPOSE 9000
CMD gunicorn app:app --bind 0.0.0.0:9000
`,
    port: 9000,
    route: "/orders/7",
    answer: { number: 7 },
  },
  {
    name: "go-microservice",
    files: undefined,
    dockerfile: `FROM golang:1.27
WORKDIR /app
COPY . .
RUN go mod download
RUN CGO_ENABLED=0 go build -o clock .
EXPOSE 8080
CMD ["./clock"]
`,
    port: 8080,
    route: "/health",
    answer: undefined,
  },
];

describe.skipIf(!engineReady)("a single stage, repaired into several", () => {
  const made: { containers: string[]; images: string[]; folder: string }[] = [];
  afterAll(() => {
    for (const { containers, images, folder } of made) {
      for (const container of containers) docker("rm", "-f", container);
      for (const image of images) docker("rmi", "-f", image);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each(cases)(
    "$name builds, answers as before and is smaller",
    async ({ name, files, dockerfile, port, route, answer }) => {
      const folder = mkdtempSync(path.join(tmpdir(), "dockwright-multi-stage-"));
      const one: (typeof made)[number] = { containers: [], images: [], folder };
      made.push(one);
      if (!files) cpSync(`examples/${name}`, folder, { recursive: true });
      for (const [file, text] of Object.entries(files ?? {})) writeFileSync(path.join(folder, file), text);
      const file = path.join(folder, "Dockerfile");
      const measure = async (tag: string): Promise<{ size: number; status: number; body: string }> => {
        const image = `dockwright-e2e-multi-stage-${name}:${tag}`;
        one.images.push(image);
        docker("build", "-t", image, folder);
        const container = docker("run", "-d", "--cap-drop=ALL", "-p", `127.0.0.1:0:${port}`, image);
        one.containers.push(container);
        const address = docker("port", container, String(port)).split("\n")[0];
        const response = await answers(`http://${address}${route}`);
        return {
          size: Number(docker("image", "inspect", "--format", "{{.Size}}", image)),
          status: response.status,
          body: await response.text(),
        };
      };

      writeFileSync(file, dockerfile);
      const before = await measure("before");
      const repaired = runCli(["validate", "Dockerfile", "--fix-unsafe", "--write"], { cwd: folder });
      expect(readFileSync(file, "utf8").match(/^FROM /gm)?.length, repaired.stdout).toBeGreaterThan(1);
      const after = await measure("after");

      expect(after.status).toBe(before.status);
      if (answer) {
        expect(JSON.parse(after.body)).toEqual(answer);
        expect(after.body).toBe(before.body);
      }
      expect(after.size).toBeLessThan(before.size / 2);
      console.info(`${name}: ${megabytes(before.size)} before, ${megabytes(after.size)} after`);
    },
    900_000,
  );
});

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 100_000) / 10} MB`;
}

async function answers(url: string): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(url, { signal: AbortSignal.timeout(2000) });
    } catch (error) {
      if (attempt > 50) throw error;
      await wait(200);
    }
  }
}
