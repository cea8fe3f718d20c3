import { assumed, certain, evidence } from "../../project/facts.ts";
import type { Fact, Project } from "../../project/types.ts";
import { sources } from "../sources.ts";

/** Tomcat 10 moved from javax.servlet to jakarta.servlet: an archive runs on one side of it only. */
export function servletsOf(project: Project, text: string): Fact<"javax" | "jakarta"> {
  const imported = /^import\s+(javax|jakarta)\.servlet/m;
  for (const file of sources(project, [".java", ".kt"])) {
    const found = imported.exec(project.read(file) ?? "")?.[1];
    if (found !== undefined)
      return certain(found === "javax" ? "javax" : "jakarta", evidence(project, file, imported));
  }
  const descriptor = project.files.find((file) => file.endsWith("WEB-INF/web.xml"));
  const schema = /(jakarta\.ee\/xml\/ns|xmlns\.jcp\.org|java\.sun\.com)/;
  const stated = schema.exec(project.read(descriptor ?? "") ?? "")?.[1];
  if (descriptor !== undefined && stated !== undefined)
    return certain(stated.startsWith("jakarta") ? "jakarta" : "javax", evidence(project, descriptor, schema));
  // Up to release 4 the artifacts of the group jakarta.servlet hold packages called javax.
  if (/jakarta\.servlet-api\s*<\/artifactId>\s*<version>\s*[1-4]\.|jakarta\.servlet-api:[1-4]\./.test(text))
    return certain("javax");
  const declared = /\b(javax|jakarta)[.:](?:servlet|ee|platform)/.exec(text)?.[1];
  if (declared === undefined) return assumed("jakarta", "no servlet is seen; the current API");
  return certain(declared === "javax" ? "javax" : "jakarta");
}
