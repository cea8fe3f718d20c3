import { type Command, commandsOf } from "./shared/commands.ts";
import type { Rule } from "./types.ts";

/** chmod 777. */
export const rule: Rule = {
  meta: {
    name: "world-writable",
    summary: "chmod lets every user write.",
    why: "With 777 any process in the container can replace the file, whatever user it was given. Give the folder to the user that needs it: chown, or COPY --chown.",
    severity: "warning",
    category: "security",
    fixable: "no",
    aliases: {},
    source: "https://docs.docker.com/build/building/best-practices/#user",
    bad: { dockerfile: "FROM debian:13-slim\nRUN chmod -R 777 /srv\n" },
    good: { dockerfile: "FROM debian:13-slim\nRUN chown -R www-data /srv\n" },
  },
  *check(context) {
    for (const command of commandsOf(context)) {
      if (command.name !== "chmod") continue;
      const mode = command.args.find(({ text }) => !/^--?[a-zA-Z]{2,}|^-[Rcfv]$/.test(text));
      if (!mode || !opens(mode.text) || isTemporary(command)) continue;
      yield {
        range: mode.range,
        message: `chmod ${mode.text} lets every user write: give it to the user that needs it with chown`,
      };
    }
  },
};

/** 777, 666, 0777, a+w, o+rwx, +w stays within the umask; 1777 is what /tmp has. */
function opens(mode: string): boolean {
  if (/^0?[0-7]{3}$/.test(mode)) return (Number(mode.at(-1)) & 2) !== 0;
  return /(?:^|,)[ug]*[ao][ugoa]*[+=][rxXst]*w/.test(mode);
}

function isTemporary({ args }: Command): boolean {
  return args.some(({ text }) => /^\/(?:var\/)?tmp\/?$/.test(text));
}
