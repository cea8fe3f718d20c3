/** The ways a request can fail that a user can do something about. */
export type ErrorKind = "input" | "not-found" | "missing-tool" | "limit" | "engine" | "cancelled";

/**
 * An expected failure. `message` says what is wrong and where, `hint` what to do next;
 * both reach the user as they are, so they hold no untrusted text that was not cleaned.
 */
export class DockwrightError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string;

  constructor(kind: ErrorKind, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "DockwrightError";
    this.kind = kind;
    this.hint = hint;
  }
}

/** The input cannot be used: wrong value, contradiction, a path outside the roots. */
export class InputError extends DockwrightError {
  constructor(message: string, hint: string, options?: { cause?: unknown }) {
    super("input", message, hint, options);
    this.name = "InputError";
  }
}

/** A file, directory, image or project that was named is not there. */
export class NotFoundError extends DockwrightError {
  constructor(message: string, hint: string, options?: { cause?: unknown }) {
    super("not-found", message, hint, options);
    this.name = "NotFoundError";
  }
}

/** A program or service we need (docker, trivy ...) is not on this machine. */
export class MissingToolError extends DockwrightError {
  constructor(message: string, hint: string, options?: { cause?: unknown }) {
    super("missing-tool", message, hint, options);
    this.name = "MissingToolError";
  }
}

/** A bound was reached: size, count, time, depth. */
export class LimitError extends DockwrightError {
  constructor(message: string, hint: string, options?: { cause?: unknown }) {
    super("limit", message, hint, options);
    this.name = "LimitError";
  }
}

/** The container engine answered, and what it answered is a failure. */
export class EngineError extends DockwrightError {
  constructor(message: string, hint: string, options?: { cause?: unknown }) {
    super("engine", message, hint, options);
    this.name = "EngineError";
  }
}

/** The caller took the request back. */
export class CancelledError extends DockwrightError {
  constructor(message = "the request was cancelled") {
    super("cancelled", message, "call again when you want the result");
    this.name = "CancelledError";
  }
}
