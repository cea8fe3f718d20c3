/*
 * Invented secrets, one of each kind, put together at run time so that scanners of this repository have nothing to
 * report.
 */

const made = (...parts: readonly string[]): string => parts.join("");
const long = "Zx9Kq2Lm7Rt4Wv8Bn3Hc6Jf1Pd5Gs0Ya";
const hex = "9f3c1b7e5a2d8046b1e7c3f9a5d20864";

/** A kind of secret: the ids it may be reported under, and its value. */
export interface Planted {
  readonly ids: readonly string[];
  readonly value: string;
}

/** Values that are recognized wherever they stand. */
export const unmistakable: readonly Planted[] = [
  { ids: ["aws-access-key-id"], value: made("AKIA", "Z7QW5RTYUIOPLKJH") },
  { ids: ["github-token"], value: made("ghp_", long, "abcd") },
  { ids: ["github-token"], value: made("github_pat_", long, "_", long) },
  { ids: ["gitlab-token"], value: made("glpat-", "aB3dE6gH9jK2mN5pQ8sT") },
  { ids: ["npm-token"], value: made("npm_", long, "abcd") },
  { ids: ["pypi-token"], value: made("pypi-AgEIcHlwaS5vcmc", long, long) },
  { ids: ["docker-token"], value: made("dckr_pat_", "aB3dE6gH9jK2mN5pQ8sTvW4xY7z") },
  { ids: ["slack-token"], value: made("xoxb-", "123456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx") },
  {
    ids: ["slack-webhook"],
    value: made("https://hooks.slack.com/", "services/T0AB1CD2E/B0FG3HI4J/", long.slice(0, 24)),
  },
  { ids: ["stripe-key"], value: made("sk_live_", "aB3dE6gH9jK2mN5pQ8sT") },
  { ids: ["anthropic-key"], value: made("sk-ant-api03-", long, long) },
  { ids: ["openai-key"], value: made("sk-proj-", long, "abcdefgh") },
  { ids: ["google-api-key"], value: made("AIza", long, "abc") },
  { ids: ["azure-storage-key"], value: made("AccountKey=", long, long, "abcdefghijkLMNOPQRSTU1", "==") },
  { ids: ["hugging-face-token"], value: made("hf_", long, "ab") },
  { ids: ["vault-token"], value: made("hvs.", long, long, long) },
  { ids: ["digitalocean-token"], value: made("dop_v1_", hex, hex) },
  { ids: ["databricks-token"], value: made("dapi", hex) },
  { ids: ["sendgrid-key"], value: made("SG.", long.slice(0, 22), ".", long, "abcdefghijk") },
  { ids: ["shopify-token"], value: made("shpat_", hex) },
  { ids: ["telegram-token"], value: made("123456789", ":AA", long, "b") },
  { ids: ["grafana-token"], value: made("glsa_", long, "_", hex.slice(0, 8)) },
  {
    ids: ["age-secret-key"],
    value: made("AGE-SECRET-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"),
  },
  { ids: ["linear-api-key"], value: made("lin_api_", long, "abcdefgh") },
  { ids: ["doppler-api-token"], value: made("dp.pt.", long, "abcdefghijk") },
  { ids: ["notion-api-token"], value: made("ntn_", "12345678901", long, "abc") },
  { ids: ["planetscale-api-token"], value: made("pscale_tkn_", long) },
  { ids: ["perplexity-api-key"], value: made("pplx-", long, "abcdefghij012345") },
  { ids: ["postman-api-token"], value: made("PMAK-", hex.slice(0, 24), "-", hex, "ab") },
  {
    ids: ["json-web-token"],
    value: made("eyJ", "hbGciOiJIUzI1NiJ9.eyJ", "zdWIiOiI5OTk5OTk5OSJ9.", "dBjftJeZ4CVPmB92K27uhbUJU1p1r"),
  },
  {
    ids: ["private-key"],
    value: made(
      "-----BEGIN ",
      "RSA PRIVATE KEY-----\n",
      ...Array.from({ length: 6 }, () => `${long}${long}\n`),
      "-----END RSA ",
      "PRIVATE KEY-----",
    ),
  },
  {
    ids: ["private-key"],
    value: made(
      "-----BEGIN ",
      "OPENSSH PRIVATE KEY-----\n",
      ...Array.from({ length: 4 }, () => `${long}${long}Qr4Tz9\n`),
      "-----END OPENSSH ",
      "PRIVATE KEY-----",
    ),
  },
];

/** Lines of configuration files, whose names tell that the value is a secret; the value stands in `text`. */
export const assigned: readonly (Planted & { readonly file: string; readonly text: string })[] = [
  [
    "npmrc-auth",
    ".npmrc",
    (value: string) => `//registry.example.org/:_authToken=${value}\n`,
    "7f3a9c1e-52bd-4b8e-9d2a",
  ],
  [
    "npmrc-auth",
    ".npmrc",
    (value: string) => `//registry.example.org/:_authToken="${value}"\n`,
    "5e9b1c7a-31df-4c2b-8f6e",
  ],
  [
    "npmrc-auth",
    "npmrc",
    (value: string) => `//r.example.org/:_password=${value}\n`,
    "aHVudGVyMi1ub3QtcmVhbA",
  ],
  [
    "aws-secret-access-key",
    ".aws/credentials",
    (value: string) => `[default]\naws_secret_access_key = ${value}\n`,
    "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cF3hI6kL9+",
  ],
  [
    "docker-auth",
    ".docker/config.json",
    (value: string) => `{"auths":{"r.example.org":{"auth":"${value}"}}}`,
    "dXNlcjpwNHNzdzByZC1ub3QtcmVhbA==",
  ],
  [
    "url-password",
    ".git-credentials",
    (value: string) => `https://bot:${value}@git.example.org\n`,
    "k3ssnz8w2Qp7Lm",
  ],
  [
    "url-password",
    "app.env",
    (value: string) => `DATABASE_URL=postgres://app:${value}@db:5432/app\n`,
    "Vb8nQ2xL5tR9",
  ],
  [
    "login-password",
    ".netrc",
    (value: string) => `machine git.example.org login bot password ${value}\n`,
    "Rt6yUi9oPl3k",
  ],
  ["assigned-secret", "settings.yml", (value: string) => `db:\n  password: ${value}\n`, "k3s!snz8w2Qp"],
  ["assigned-secret", "settings.json", (value: string) => `{ "api_key": "${value}" }`, "q8Zr5Tn2Wm7Xc4Vb"],
  ["assigned-secret", "app.properties", (value: string) => `service.token='${value}'\n`, "H7jK4mN1pQ8sT5vW"],
  [
    "datadog-access-token",
    "app.ini",
    (value: string) => `[datadog]\ndatadog_key = ${value}\n`,
    `${hex}9e5b1d3f`,
  ],
  [
    "heroku-api-key",
    "deploy.sh",
    (value: string) => `export HEROKU_KEY="${value}"\n`,
    "3f2b9c71-5d8e-4a60-b1c4-7e9f02d6a835",
  ],
].map(([id, file, line, value]) => {
  if (
    typeof id !== "string" ||
    typeof file !== "string" ||
    typeof value !== "string" ||
    typeof line !== "function"
  ) {
    throw new TypeError("a planted secret is described wrongly");
  }
  return { ids: [id], file, text: line(value), value };
});

/** How a value stands in a file. */
export const writings: readonly (readonly [name: string, file: string, write: (value: string) => string])[] =
  [
    ["alone", "secret", (value) => `${value}\n`],
    ["unquoted", "app.env", (value) => `FIRST=1\nSETTING=${value}\nLAST=1\n`],
    ["in double quotes", "config.json", (value) => JSON.stringify({ first: 1, setting: value })],
    ["in single quotes", "main.js", (value) => `const setting = '${value.replaceAll("\n", "\\n")}';\n`],
    [
      "as YAML",
      "values.yaml",
      (value) =>
        `first: 1\nsetting: ${value.includes("\n") ? `|\n  ${value.replaceAll("\n", "\n  ")}` : value}\n`,
    ],
    ["in base64", "secret.yaml", (value) => `data:\n  setting: ${Buffer.from(value).toString("base64")}\n`],
  ];

/** The piece of a value that must not be shown anywhere: all but its first characters. */
export function tailOf(value: string): string {
  const body = value.replace(/^-----[^-]+-----\n/, "");
  return body.slice(Math.min(12, Math.floor(body.length / 3)), 28);
}
