import { expect, test } from "vitest";
import { judge } from "./judge.ts";

// What was found to be a false alarm on real files stays silent.
test.each([
  ["secrets-in-arg-env", "ENV RESET_OS_PASSWORD=resetOSPassword.sh"],
  ["secrets-in-arg-env", "ENV TLS_KEY=/etc/tls/server.pem"],
  ["conda-assume-yes", "RUN conda create --name copy --clone base"],
])("%s is silent on %s", (rule, line) => {
  expect(judge(`FROM debian:13-slim\n${line}\n`).map((finding) => finding.rule)).not.toContain(rule);
});

test("missing-user is silent on images that set a user themselves", () => {
  const found = judge(
    'FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled\nCOPY . /app\nCMD ["/app/shop"]\n',
  );
  expect(found.map((finding) => finding.rule)).not.toContain("missing-user");
});

test.each([
  ["secrets-in-arg-env", "ENV OS_PASSWORD=hunter2"],
  ["conda-assume-yes", "RUN conda create --name fresh python"],
])("%s still speaks of %s", (rule, line) => {
  expect(judge(`FROM debian:13-slim\n${line}\n`).map((finding) => finding.rule)).toContain(rule);
});
