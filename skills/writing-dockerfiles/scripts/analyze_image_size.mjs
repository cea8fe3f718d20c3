#!/usr/bin/env node
// Where an image's bytes are, or what changed between two: `node analyze_image_size.mjs myapp:1.1 [--compare-to myapp:1.0]`.
import { dockwright } from "./dockwright.mjs";

dockwright("analyze", process.argv.slice(2));
