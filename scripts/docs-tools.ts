// Writes docs/tools.md from the list of tools.
import { writeFileSync } from "node:fs";
import { toolsMarkdown } from "../src/tools/documentation.ts";

writeFileSync(new URL("../docs/tools.md", import.meta.url), toolsMarkdown());
