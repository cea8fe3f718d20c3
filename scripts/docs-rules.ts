// Writes what is made from code: docs/rules.md and the JSON Schema of dockwright.yaml.
import { mkdirSync, writeFileSync } from "node:fs";
import { configSchema } from "../src/validate/config/dockwright.ts";
import { rulesMarkdown } from "../src/validate/documentation.ts";

mkdirSync(new URL("../reference/schema/", import.meta.url), { recursive: true });
writeFileSync(new URL("../docs/rules.md", import.meta.url), rulesMarkdown());
writeFileSync(
  new URL("../reference/schema/dockwright.schema.json", import.meta.url),
  `${JSON.stringify(configSchema(), undefined, 2)}\n`,
);
