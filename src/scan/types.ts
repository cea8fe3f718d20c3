/*
 * The one form every finding about an image takes, whoever found it. All text in it is cleaned, and holds no
 * value of a secret.
 */

import type { DockerfilePlace } from "../image/analysis/types.ts";

/** What a finding is about. */
export type FindingKind = "vulnerability" | "secret" | "misconfiguration" | "end-of-life";

/** How bad it is, worst first. */
export const severities = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof severities)[number];

/** The layer that wrote what was found. */
export interface FindingLayer {
  /** 0 is the lowest. */
  readonly index: number;
  readonly digest?: string;
  /** The instruction as the history has it. */
  readonly instruction: string;
}

/** A package that is concerned. */
export interface FindingPackage {
  readonly name: string;
  readonly version: string;
  readonly ecosystem: string;
  readonly path?: string;
  /** Package URL. */
  readonly purl?: string;
  /** The source package it was built from, where its name differs: `openssl` of `libssl3`. */
  readonly source?: string;
}

/** One thing that is wrong with an image. */
export interface ScanFinding {
  /** An advisory's id, or a stable kebab-case id of our own checks. */
  readonly id: string;
  /** Other ids of the same advisory or check. */
  readonly aliases: readonly string[];
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** Who says how bad it is: `dockwright`, `nvd`, `debian` ... */
  readonly severitySource: string;
  /** What others say, when they disagree. */
  readonly ratings?: readonly { readonly source: string; readonly severity: Severity }[];
  readonly title: string;
  readonly package?: FindingPackage;
  readonly fixedVersion?: string;
  /** Path in the image with a leading slash. */
  readonly path?: string;
  /** Line of the file at `path`, from 1. */
  readonly line?: number;
  /** Last line, when there are several. */
  readonly endLine?: number;
  /** The environment variable or build argument that is concerned. */
  readonly variable?: string;
  readonly layer?: FindingLayer;
  /** The instruction to change, when the Dockerfile is known. */
  readonly place?: DockerfilePlace;
  /** False: a later layer removed or replaced the file; its bytes are still pulled with the image. */
  readonly inFinalImage: boolean;
  /** It is used in attacks, as a list of such vulnerabilities says (CISA KEV). */
  readonly exploited?: boolean;
  /** Who found it. */
  readonly scanners: readonly string[];
  /** What to do. */
  readonly fix?: string;
}

/** One recommendation of a benchmark about images. */
export interface BenchmarkItem {
  /** `4.1`: as the benchmark numbers it. */
  readonly id: string;
  readonly title: string;
  readonly status: "pass" | "fail" | "not-decidable";
  readonly reason: string;
}

/** What was found, and what was not looked at. */
export interface ScanResult {
  /** Most severe first. */
  readonly findings: readonly ScanFinding[];
  /** What no scanner looked at: nothing is known about it, which is not the same as clean. */
  readonly notScanned: readonly string[];
  /** Remarks: bounds that were reached. */
  readonly notes: readonly string[];
  /** Section 4 of the CIS Docker Benchmark, which is about images. */
  readonly benchmark?: readonly BenchmarkItem[];
  readonly searched: { readonly files: number; readonly bytes: number; readonly skippedFiles: number };
}
