import type { ServerContext } from "@modelcontextprotocol/server";
import type { CallEnvironment } from "../tools/run.ts";

/** Sends progress to a client that asked for it; the protocol wants each value to be greater than the last. */
export function progressOf(context: ServerContext): Pick<CallEnvironment, "onProgress"> {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return {};
  let last = 0;
  return {
    onProgress: (message, done, total) => {
      const progress = done !== undefined && done > last ? done : last + 0.001;
      last = progress;
      const params = {
        progressToken,
        progress,
        message,
        ...(total === undefined || total < progress ? {} : { total }),
      };
      // A client that is gone takes the call back itself.
      context.mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
    },
  };
}
