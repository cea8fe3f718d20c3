import { describe, expect, it } from "vitest";
import { findSecrets } from "../../src/data/secret-search.ts";
import { buildkitSecretName, secretFile, secretName } from "../../src/data/secrets.ts";

// Joined at run time, so that no scanner takes this file for a leak.
const made = (...parts: readonly string[]) => parts.join("");
const LONG = "Zx9Kq2Lm7Rt4Wv8Bn3Hc6Jf1Pd5Gs0Ya";

const samples: Readonly<Record<string, string>> = {
  "private-key": made("-----BEGIN ", "OPENSSH PRIVATE KEY-----\n", LONG, LONG),
  "aws-access-key-id": made("AKIA", "Z7QW5RTYUIOPLKJH"),
  "aws-secret-access-key": made("AWS_SECRET_ACCESS_KEY=", "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cF3hI6kL9+"),
  "github-token": made("ghp_", LONG, "abcd"),
  "gitlab-token": made("glpat-", "aB3dE6gH9jK2mN5pQ8sT"),
  "npm-token": made("npm_", LONG, "abcd"),
  "npmrc-auth": made("//registry.npmjs.org/:_auth", "Token=7f3a9c1e-52bd-4b8e"),
  "slack-token": made("xoxb-", "1234567890-abcdefGHIJ"),
  "stripe-key": made("sk_live_", "aB3dE6gH9jK2mN5pQ8sT"),
  "anthropic-key": made("sk-ant-api03-", LONG, LONG),
  "openai-key": made("sk-proj-", LONG, "abcdefgh"),
  "google-api-key": made("AIza", LONG, "abc"),
  "json-web-token": made(
    "eyJ",
    "hbGciOiJIUzI1NiJ9.eyJ",
    "zdWIiOiIxMjM0NTY3ODkwIn0.",
    "dBjftJeZ4CVPmB92K27uhbUJU1p1r",
  ),
  "url-password": made("postgres://app:", "k3ssnz8w2@db:5432/app"),
  "hugging-face-token": made("hf_", LONG, "ab"),
  "assigned-secret": made("DB_PASSWORD=", "k3s!snz8w2Qp"),
};

describe("secrets by value", () => {
  it.each(Object.entries(samples))("finds %s", (id, text) => {
    expect(findSecrets(`x ${text} y`).map((match) => match.id)).toContain(id);
  });

  it("gives the place of the value alone", () => {
    const text = samples["npmrc-auth"] ?? "";
    const [match] = findSecrets(text);
    expect(text.slice(match?.start, match?.end)).toBe("7f3a9c1e-52bd-4b8e");
  });

  it.each([
    "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
    "postgres://app:password@localhost/app",
    "postgres://app:${DB_PASSWORD}@db/app",
    "PASSWORD=changeme",
    "TOKEN=<your-token-here>",
    "API_KEY=xxxxxxxxxxxxxxxxxxxx",
    "RUN --mount=type=secret,id=npm_token npm ci",
    "SECRET_KEY_FILE=/run/secrets/key",
    "git clone https://github.com/a/b.git",
    "secret: projects/shop/secrets/db2/versions/3",
    "password = process.env.DB_PASSWORD_2",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  ])("is silent on %s", (text) => {
    expect(findSecrets(text)).toEqual([]);
  });

  it("stops at the maximum", () => {
    expect(findSecrets(`${samples["github-token"]}\n`.repeat(50), 5)).toHaveLength(5);
  });
});

describe("secrets by name", () => {
  it.each([
    "NPM_TOKEN",
    "API_KEY",
    "password",
    "DB_PASSWD",
    "AWS_SECRET_ACCESS_KEY",
    "PGPASSWORD",
    "DBPASSWORD",
    "GITHUB_PAT",
  ])("%s holds a secret", (name) => expect(secretName(name)).toBe(true));
  it.each([
    "PATH",
    "PWD",
    "OLDPWD",
    "TOKEN_FILE",
    "PUBLIC_KEY",
    "KEY_VERSION",
    "MONKEY",
    "KEYBOARD",
    "NODE_ENV",
    "AUTHOR",
  ])("%s does not", (name) => expect(secretName(name)).toBe(false));
  it("keeps BuildKit's own verdict apart", () => {
    expect(buildkitSecretName("GPG_KEY")).toBe(true);
    expect(buildkitSecretName("PGPASSWORD")).toBe(false);
  });
});

describe("secrets by file", () => {
  it.each([
    ".env",
    "config/.env.production",
    ".npmrc",
    "home/.ssh/id_ed25519",
    "certs/server.key",
    ".aws/credentials",
  ])("%s holds one", (path) => expect(secretFile(path)).toBeDefined());
  it.each([".env.example", "src/env.ts", "id_rsa.pub", "README.md", "keys.ts"])("%s does not", (path) =>
    expect(secretFile(path)).toBeUndefined(),
  );
});
