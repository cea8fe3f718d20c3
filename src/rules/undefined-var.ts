import { hubName } from "../data/images.ts";
import { variablesIn } from "../dockerfile/expand.ts";
import { isPredefinedArg } from "../dockerfile/predefined.ts";
import { nearest } from "../dockerfile/suggest.ts";
import type { Instruction, Range } from "../dockerfile/types.ts";
import { baseFacts } from "./shared/images.ts";
import { isScratch, isWindows, rootImage } from "./shared/stages.ts";
import type { Rule } from "./types.ts";

/** What official images set themselves, beside PATH. */
const imageVariables =
  /^(?:PYTHON_\w+|GPG_KEYS?|LANG|LC_ALL|NODE_VERSION|YARN_VERSION|GO(?:LANG_VERSION|PATH|ROOT|TOOLCHAIN)|GEM_HOME|BUNDLE_\w+|RUBY_\w+|JAVA_\w+|JDK_\w+|PHP\w*|RUST\w+|CARGO_HOME|NGINX_VERSION|NJS_\w+|PKG_RELEASE|DYNPKG_RELEASE|PG\w+|MYSQL_\w+|REDIS_\w+|MAVEN_\w+|GRADLE_\w+|DOTNET_\w+|ASPNET\w*|NuGet\w*|CATALINA_\w+|TOMCAT_\w+|HTTPD_\w+|HOME|USER|HOSTNAME|TERM|SSL_CERT_\w+|DOCKER_\w+|CADDY_\w+|XDG_\w+|BUN_\w+|DENO_\w+|UV_\w+)$/;

/** An instruction uses a variable nobody sets. */
export const rule: Rule = {
  meta: {
    name: "undefined-var",
    summary: "An instruction uses a variable that is not defined.",
    why: "An unknown variable is empty: `COPY $DIR /app` copies everything, `WORKDIR /$APP` is the root. Declare it with ARG or ENV in the same stage; ARGs of other stages and those before FROM do not reach here.",
    severity: "warning",
    category: "correctness",
    fixable: "no",
    aliases: { buildkit: ["UndefinedVar"] },
    source: "https://docs.docker.com/reference/build-checks/undefined-var/",
    bad: { dockerfile: "FROM alpine:3.24\nARG ASSETS=assets/\nCOPY $ASSET /app/\n" },
    good: { dockerfile: "FROM alpine:3.24\nARG ASSETS=assets/\nCOPY $ASSETS /app/\n" },
  },
  *check(context) {
    const { file, instructions, stateBefore } = context;
    for (const { instruction, stage } of instructions(
      "ADD",
      "COPY",
      "ENV",
      "EXPOSE",
      "LABEL",
      "STOPSIGNAL",
      "USER",
      "VOLUME",
      "WORKDIR",
      "ARG",
    )) {
      if (!stage?.from || instruction.onbuild) continue;
      const words = wordsOf(instruction);
      if (words.length === 0) continue;
      const { variables, args, env } = stateBefore(instruction);
      for (const { raw, range } of words) {
        for (const use of variablesIn(raw, file.escape, range.start)) {
          const { name, operator } = use;
          if (
            operator !== undefined ||
            variables.has(name) ||
            args.has(name) ||
            env.has(name) ||
            isPredefinedArg(name)
          )
            continue;
          if (name === "PATH" || imageVariables.test(name)) continue;
          const image = rootImage(file, stage);
          const known =
            isScratch(file, stage) ||
            baseFacts(file, stage) !== undefined ||
            (image !== undefined && hubName(image) === "busybox");
          const named = variables.size <= MAX_NAMES ? [...variables.keys(), ...args.keys()] : [];
          const near = nearest(name, named);
          // What an image we do not know sets cannot be told; a near miss is a mistake all the same.
          const certain = (known && !isWindows(context, stage)) || near !== undefined;
          yield {
            range: use.range.end <= file.text.length ? use.range : range,
            message: `$${name} is not defined in this stage${near === undefined ? "" : `: did you mean $${near}?`}`,
            ...(certain ? {} : { parity: true, aliases: {} }),
          };
        }
      }
    }
  },
};

/** Among more variables no misspelt one is looked for: each use would be compared with all of them. */
const MAX_NAMES = 1000;

/** The words of an instruction that BuildKit expands. */
function wordsOf(instruction: Instruction): { raw: string; range: Range }[] {
  switch (instruction.keyword) {
    case "ADD":
    case "COPY":
      return [...instruction.sources, ...(instruction.destination ? [instruction.destination] : [])].filter(
        ({ raw }) => raw.includes("$"),
      );
    case "ENV":
    case "LABEL":
    case "ARG":
      return instruction.assignments.flatMap(({ rawValue, valueRange }) =>
        rawValue?.includes("$") && valueRange ? [{ raw: rawValue, range: valueRange }] : [],
      );
    case "EXPOSE":
    case "VOLUME":
      return instruction.values.filter(({ raw }) => raw.includes("$"));
    case "USER":
    case "WORKDIR":
    case "STOPSIGNAL":
      return instruction.value?.raw.includes("$") ? [instruction.value] : [];
    default:
      return [];
  }
}
