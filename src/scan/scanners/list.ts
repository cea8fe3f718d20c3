import { dockerScout } from "./docker-scout.ts";
import { dockle } from "./dockle.ts";
import { grype } from "./grype.ts";
import { osvScanner } from "./osv-scanner.ts";
import { trivy } from "./trivy.ts";
import type { Scanner } from "./types.ts";

/** All scanners there are adapters for. */
export const scanners: readonly Scanner[] = [trivy, grype, osvScanner, dockle, dockerScout];
