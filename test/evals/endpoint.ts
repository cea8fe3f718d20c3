import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What a scripted endpoint answers with: a status, headers, a JSON body. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A request as it came. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

/** An HTTP endpoint on loopback that answers from a script, in order. */
export async function scriptedEndpoint(script: readonly Scripted[]): Promise<{
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({
        path: request.url ?? "",
        headers: request.headers,
        body: JSON.parse(Buffer.concat(chunks).toString("utf8")),
      });
      const next = script[received.length - 1] ?? { status: 400, body: { error: "the script is over" } };
      response.writeHead(next.status ?? 200, { "content-type": "application/json", ...next.headers });
      response.end(JSON.stringify(next.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
