import type { ContentSink, ImageHandle } from "../image/types.ts";

const accounts = "etc/passwd";
const mostBytes = 1024 * 1024;

/**
 * The number of the user an image declares (`USER`): the number itself, or what the image's /etc/passwd says of the
 * name. Undefined when that cannot be told. Throws as `ImageHandle.entries`.
 */
export async function userNumber(handle: ImageHandle): Promise<number | undefined> {
  const [user = ""] = handle.config.user.split(":");
  if (user === "" || user === "root") return 0;
  // The engine reads a number with a sign, too.
  if (/^[+-]?\d+$/.test(user)) return Math.abs(Number(user));
  const [, , number] =
    (await accountsOf(handle))
      ?.split("\n")
      .map((line) => line.split(":"))
      .find(([name]) => name === user) ?? [];
  return number !== undefined && /^\d+$/.test(number) ? Number(number) : undefined;
}

/** The text of the final image's /etc/passwd; undefined when there is none, or it is a link. */
async function accountsOf(handle: ImageHandle): Promise<string | undefined> {
  let text: string | undefined;
  for (const { index } of handle.layers) {
    await handle.entries(index, ({ path, type, size, whiteout }): ContentSink | undefined => {
      if (whiteout !== undefined) {
        if (accounts === whiteout.target || whiteout.target === "etc") text = undefined;
        return undefined;
      }
      if (path !== accounts) return undefined;
      text = undefined;
      if (type !== "file" || size > mostBytes) return undefined;
      const pieces: Buffer[] = [];
      return {
        data: (chunk) => void pieces.push(Buffer.from(chunk)),
        end: () => {
          text = Buffer.concat(pieces).toString("utf8");
        },
      };
    });
  }
  return text;
}
