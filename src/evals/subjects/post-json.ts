import { setTimeout as wait } from "node:timers/promises";
import { EngineError } from "../../security/errors.ts";
import { clean } from "../../security/untrusted.ts";

/** An endpoint that is asked with JSON. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Longest wait before the second attempt, milliseconds; doubles from there. */
  readonly retryMs: number;
}

const attempts = 5;

/**
 * Posts JSON and reads JSON. Overload (429, 529) and server errors are tried again after a random wait or the one
 * the server names. Throws EngineError for anything else; the key never appears in it.
 */
export async function postJson(endpoint: Endpoint, body: unknown, signal: AbortSignal): Promise<unknown> {
  const host = new URL(endpoint.url).host;
  for (let attempt = 1; ; attempt++) {
    let response: Response;
    try {
      response = await fetch(endpoint.url, {
        method: "POST",
        headers: { "content-type": "application/json", ...endpoint.headers },
        body: JSON.stringify(body),
        signal,
        redirect: "error",
      });
    } catch (error) {
      signal.throwIfAborted();
      if (attempt < attempts) {
        await wait(Math.random() * endpoint.retryMs * 2 ** (attempt - 1), undefined, { signal });
        continue;
      }
      throw new EngineError(`${host} cannot be reached`, "check the network and --base-url", {
        cause: error,
      });
    }
    if (response.ok) return response.json();
    const said = clean(await response.text(), 200);
    if ((response.status !== 429 && response.status < 500) || attempt >= attempts) {
      throw new EngineError(
        `${host} answered ${response.status}: ${said}`,
        "check the model's name, the key and the quota",
      );
    }
    const named = Number(response.headers.get("retry-after"));
    const pause =
      Number.isFinite(named) && named > 0
        ? Math.min(named, 120) * 1000
        : Math.random() * endpoint.retryMs * 2 ** (attempt - 1);
    await wait(pause, undefined, { signal });
  }
}
