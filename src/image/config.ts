import { z } from "zod";
import { InputError, LimitError } from "../security/errors.ts";
import type { HistoryEntry, ImageConfig, ImageHealthcheck } from "./types.ts";

const texts = z.array(z.string()).nullish();
const names = z.record(z.string(), z.unknown()).nullish();

// Engines write null, "" or nothing for what is not set; unknown fields are left alone.
const configSchema = z.object({
  os: z.string().nullish(),
  architecture: z.string().nullish(),
  variant: z.string().nullish(),
  created: z.string().nullish(),
  author: z.string().nullish(),
  config: z
    .object({
      User: z.string().nullish(),
      WorkingDir: z.string().nullish(),
      Env: texts,
      Entrypoint: z.union([z.array(z.string()), z.string()]).nullish(),
      Cmd: z.union([z.array(z.string()), z.string()]).nullish(),
      Shell: texts,
      Healthcheck: z
        .object({
          Test: texts,
          Interval: z.number().nullish(),
          Timeout: z.number().nullish(),
          StartPeriod: z.number().nullish(),
          Retries: z.number().nullish(),
        })
        .nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
      ExposedPorts: names,
      Volumes: names,
      StopSignal: z.string().nullish(),
      OnBuild: texts,
    })
    .nullish(),
  history: z
    .array(
      z.object({
        created: z.string().nullish(),
        created_by: z.string().nullish(),
        comment: z.string().nullish(),
        author: z.string().nullish(),
        empty_layer: z.boolean().nullish(),
      }),
    )
    .nullish(),
  rootfs: z.object({ diff_ids: texts }).nullish(),
});

/** Ten thousand instructions are no Dockerfile, and each is compared with each step. */
const mostSteps = 10_000;

/**
 * Reads an image configuration (OCI image specification 1.1, "Image Configuration"; Docker's older form is the same
 * with more fields). Throws InputError when it is no such document,
 * LimitError for a history without end.
 */
export function parseImageConfig(json: unknown, where: string): ImageConfig {
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(
      `${where}: the image configuration is malformed (${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no object"})`,
      "the image is damaged or not a container image",
    );
  }
  const { data } = parsed;
  const steps = data.history?.length ?? 0;
  if (steps > mostSteps) {
    throw new LimitError(`${where}: the history has ${steps} steps`, `no image has more than ${mostSteps}`);
  }
  const config = data.config ?? {};
  return {
    os: data.os || "linux",
    architecture: data.architecture || "unknown",
    ...optional("variant", data.variant),
    ...optional("created", data.created),
    ...optional("author", data.author),
    user: config.User ?? "",
    workingDir: config.WorkingDir ?? "",
    env: config.Env ?? [],
    ...optional("entrypoint", words(config.Entrypoint)),
    ...optional("cmd", words(config.Cmd)),
    ...optional("shell", config.Shell),
    ...optional("healthcheck", healthcheck(config.Healthcheck)),
    labels: config.Labels ?? {},
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    ...optional("stopSignal", config.StopSignal),
    onBuild: config.OnBuild ?? [],
    history: (data.history ?? []).map(
      (step): HistoryEntry => ({
        createdBy: step.created_by ?? "",
        ...optional("created", step.created),
        ...optional("comment", step.comment),
        ...optional("author", step.author),
        emptyLayer: step.empty_layer ?? false,
      }),
    ),
    diffIds: data.rootfs?.diff_ids ?? [],
  };
}

/** `os/architecture[/variant]` of a configuration. */
export function platformOf(config: ImageConfig): string {
  const base = `${config.os}/${config.architecture}`;
  return config.variant === undefined ? base : `${base}/${config.variant}`;
}

/**
 * The history step of each layer: steps that made a layer, in order. Entries are undefined for layers the history
 * does not reach; steps beyond the last layer are left over. When the history claims more layers than there are
 * (some builders forget `empty_layer`), the upper ends are matched, as the newest steps are the ones people know.
 */
export function layerHistory(config: ImageConfig, layerCount: number): (number | undefined)[] {
  const steps: number[] = [];
  for (const [index, step] of config.history.entries()) if (!step.emptyLayer) steps.push(index);
  const surplus = Math.max(0, steps.length - layerCount);
  return Array.from({ length: layerCount }, (_, index) => steps[index + surplus]);
}

function healthcheck(
  value:
    | {
        Test?: string[] | null | undefined;
        Interval?: number | null | undefined;
        Timeout?: number | null | undefined;
        StartPeriod?: number | null | undefined;
        Retries?: number | null | undefined;
      }
    | null
    | undefined,
): ImageHealthcheck | undefined {
  if (!value?.Test || value.Test.length === 0) return undefined;
  return {
    test: value.Test,
    ...optional("interval", value.Interval),
    ...optional("timeout", value.Timeout),
    ...optional("startPeriod", value.StartPeriod),
    ...optional("retries", value.Retries),
  };
}

function words(value: string[] | string | null | undefined): string[] | undefined {
  if (value === null || value === undefined || value.length === 0) return undefined;
  return typeof value === "string" ? [value] : value;
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { [K in Key]?: Value } {
  const result: { [K in Key]?: Value } = {};
  if (value !== null && value !== undefined && value !== "") result[key] = value;
  return result;
}
