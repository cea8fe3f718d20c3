#!/usr/bin/env node
// Lints Dockerfiles: `node validate_dockerfile.mjs [path ...] [--format json]`. Runs `dockwright validate`.
import { dockwright } from "./dockwright.mjs";

dockwright("validate", process.argv.slice(2));
