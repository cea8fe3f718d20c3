/** Shannon entropy in bits a character. */
export function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/*
 * BuildKit's lint rule SecretsUsedInArgOrEnv decides with these two expressions
 * (https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/).
 */
const TELLING =
  /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const HARMLESS = /(?:_|^)(?:public|file|version)(?:_|$)/i;

/** True when BuildKit's SecretsUsedInArgOrEnv takes the variable for a secret. */
export function buildkitSecretName(name: string): boolean {
  return TELLING.test(name) && !HARMLESS.test(name);
}

/** Names of well-known credentials that BuildKit's expressions miss. */
const KNOWN_NAMES = new Set([
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "ARTIFACTORY_PSW",
  "ARTIFACTORY_USR",
  "AZURE_STORAGE_CONNECTION_STRING",
  "CARGO_REGISTRIES_CRATES_IO_TOKEN",
  "DATABASE_PASSWORD",
  "GH_PAT",
  "GITHUB_PAT",
  "GITLAB_PAT",
  "MYSQL_PWD",
  "NETRC",
  "NPMRC",
  "PGPASSWORD",
  "PGPASS",
  "REDISCLI_AUTH",
  "SSHPASS",
  "VSS_NUGET_EXTERNAL_FEED_ENDPOINTS",
]);
const RUN_TOGETHER =
  /(?:passwd|password|passphrase|secretkey|accesskey|privatekey|authtoken|accesstoken|apitoken|apikey)s?$/i;

/** True when a variable of this name usually holds a secret: BuildKit's expressions and well-known names. */
export function secretName(name: string): boolean {
  if (KNOWN_NAMES.has(name.toUpperCase())) return true;
  if (HARMLESS.test(name)) return false;
  return (
    TELLING.test(name) ||
    RUN_TOGETHER.test(name) ||
    /(?:_|^)(?:pat|psw|pwd)$/i.test(name.replace(/^PWD$|^OLDPWD$/, ""))
  );
}

const SECRET_FILES: readonly (readonly [pattern: RegExp, title: string])[] = [
  [/(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[\w.-]{1,40})?$/, "an environment file"],
  [/(?:^|\/)\.npmrc$/, "an .npmrc, which may hold a registry token"],
  [/(?:^|\/)\.yarnrc\.yml$/, "a Yarn configuration, which may hold a registry token"],
  [/(?:^|\/)\.pypirc$/, "PyPI credentials"],
  [/(?:^|\/)(?:\.netrc|_netrc)$/, "login data (.netrc)"],
  [/(?:^|\/)\.git-credentials$/, "Git credentials"],
  [/(?:^|\/)\.docker\/config\.json$/, "registry credentials of Docker"],
  [/(?:^|\/)\.aws\/credentials$/, "AWS credentials"],
  [/(?:^|\/)\.kube\/config$/, "a Kubernetes configuration"],
  [/(?:^|\/)\.cargo\/credentials(?:\.toml)?$/, "Cargo credentials"],
  [/(?:^|\/)\.m2\/settings(?:-security)?\.xml$/, "Maven settings, which may hold passwords"],
  [/(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/, "an SSH private key"],
  [/\.(?:pem|key|p12|pfx|jks|keystore|ppk)$/, "a key or key store"],
  [/(?:^|\/)(?:service-account|credentials|client_secret)[\w.-]{0,80}\.json$/, "cloud credentials"],
  [/(?:^|\/)\.htpasswd$/, "password hashes"],
  [/(?:^|\/)\.vault-token$/, "a Vault token"],
  [/(?:^|\/)terraform\.tfstate(?:\.backup)?$/, "a Terraform state, which holds secrets in clear"],
];

/** What secret a file of this path usually is, for a sentence; undefined for ordinary files. */
export function secretFile(path: string): string | undefined {
  return SECRET_FILES.find(([pattern]) => pattern.test(path))?.[1];
}
