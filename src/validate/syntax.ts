import type { Dockerfile, SyntaxProblem } from "../dockerfile/types.ts";
import type { Aliases, Finding } from "../rules/types.ts";

/** Which of dockerfile-utils' ids say the same as a code of our parser. */
const utils: Readonly<Record<string, readonly string[]>> = {
  "unknown-instruction": ["UNKNOWN_INSTRUCTION"],
  "missing-argument": ["ARGUMENT_MISSING", "ARGUMENT_REQUIRES_AT_LEAST_ONE", "ARGUMENT_REQUIRES_AT_LEAST_TWO", "ARGUMENT_REQUIRES_TWO", "SHELL_REQUIRES_ONE"],
  "from-arguments": ["ARGUMENT_REQUIRES_ONE_OR_THREE", "INVALID_AS"],
  "healthcheck-arguments": ["ARGUMENT_MISSING", "ARGUMENT_REQUIRES_AT_LEAST_ONE", "ARGUMENT_UNNECESSARY", "HEALTHCHECK_CMD_ARGUMENT_MISSING"],
  "healthcheck-type": ["UNKNOWN_TYPE"],
  "unknown-flag": ["UNKNOWN_ADD_FLAG", "UNKNOWN_COPY_FLAG", "UNKNOWN_HEALTHCHECK_FLAG", "UNKNOWN_FROM_FLAG", "UNKNOWN_RUN_FLAG"],
  "duplicate-flag": ["FLAG_DUPLICATE"],
  "missing-flag-value": ["FLAG_MISSING_VALUE"],
  "invalid-flag-value": ["FLAG_EXPECTED_BOOLEAN_VALUE", "FLAG_INVALID_DURATION", "FLAG_MISSING_DURATION", "FLAG_UNKNOWN_UNIT", "FLAG_LESS_THAN_1MS", "FLAG_AT_LEAST_ONE", "INVALID_SYNTAX", "FLAG_INVALID_FROM_VALUE"],
  "missing-name": ["SYNTAX_MISSING_NAMES"],
  "missing-equals": ["SYNTAX_MISSING_EQUALS"],
  "missing-value": ["ARGUMENT_REQUIRES_TWO", "ARGUMENT_MISSING"],
  "bad-substitution": ["UNSUPPORTED_MODIFIER"],
  "unclosed-quote": ["SYNTAX_MISSING_DOUBLE_QUOTE", "SYNTAX_MISSING_SINGLE_QUOTE"],
  "invalid-image-reference": ["INVALID_REFERENCE_FORMAT"],
  "empty-image": ["BASE_NAME_EMPTY", "INVALID_REFERENCE_FORMAT"],
  "invalid-stage-name": ["INVALID_BUILD_STAGE_NAME"],
  "invalid-port": ["INVALID_PORT", "INVALID_PROTO"],
  "shell-not-json": ["SHELL_JSON_FORM", "SHELL_REQUIRES_ONE"],
  "invalid-signal": ["INVALID_SIGNAL"],
  "onbuild-trigger": ["ONBUILD_TRIGGER_DISALLOWED", "ONBUILD_CHAINING_DISALLOWED"],
  "invalid-escape": ["INVALID_ESCAPE_DIRECTIVE"],
  "duplicate-directive": ["DUPLICATED_ESCAPE_DIRECTIVE"],
  "no-build-stage": ["NO_SOURCE_IMAGE"],
  "empty-file": ["NO_SOURCE_IMAGE"],
}; // biome-ignore format: a table

const why =
  "BuildKit refuses a Dockerfile that does not follow its grammar: the build stops before the first step runs.";

/** A syntax problem as a finding: `syntax-<code>`, always an error. */
export function syntaxFinding(file: Dockerfile, problem: SyntaxProblem): Finding {
  const ids = utils[problem.code];
  const aliases: Aliases = ids ? { dockerfileUtils: ids } : {};
  return {
    rule: syntaxRule(problem.code),
    severity: "error",
    message: problem.message,
    location: file.locate(problem.range),
    why,
    aliases,
    docs: "https://docs.docker.com/reference/dockerfile/",
  };
}

/** The name a syntax problem goes by among the rules. */
export function syntaxRule(code: string): string {
  return `syntax-${code}`;
}
