/** A kind of secret that can be told by its value. */
export interface SecretPattern {
  /** Stable kebab-case id. */
  readonly id: string;
  /** For sentences: "an AWS access key id". */
  readonly title: string;
  readonly severity: "critical" | "high" | "medium";
  /** Lower-case words one of which must occur in the lower-cased text before the pattern is tried. */
  readonly keywords: readonly string[];
  /** Global; group 1, when there is one, is the secret itself. Every repetition is bounded: matching is linear. */
  readonly pattern: RegExp;
  /** Smallest Shannon entropy of the value in bits a character, for patterns that also match ordinary words. */
  readonly entropy?: number;
}

/** A secret found in a text; offsets are UTF-16, `end` exclusive, and enclose the value alone. */
export interface SecretMatch {
  readonly id: string;
  readonly title: string;
  readonly severity: SecretPattern["severity"];
  readonly start: number;
  readonly end: number;
}

/** Formats as the issuers document them, distinctive ones first. */
export const secretPatterns: readonly SecretPattern[] = [
  {
    id: "private-key",
    title: "a private key",
    severity: "critical",
    keywords: ["private key"],
    pattern: /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g,
  },
  {
    id: "age-secret-key",
    title: "an age secret key",
    severity: "critical",
    keywords: ["age-secret-key-1"],
    pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g,
  },
  {
    id: "aws-access-key-id",
    title: "an AWS access key id",
    severity: "critical",
    keywords: ["akia", "asia", "abia", "acca"],
    pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g,
  },
  {
    id: "aws-secret-access-key",
    title: "an AWS secret access key",
    severity: "critical",
    keywords: ["secret"],
    pattern:
      /secret_?(?:access_?)?key["']?[ \t]{0,4}[:= ][ \t]{0,4}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
  },
  {
    id: "github-token",
    title: "a GitHub token",
    severity: "critical",
    keywords: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b/g,
  },
  {
    id: "gitlab-token",
    title: "a GitLab token",
    severity: "critical",
    keywords: [
      "glpat-",
      "gldt-",
      "glrt-",
      "glptt-",
      "glcbt-",
      "gloas-",
      "glsoat-",
      "glagent-",
      "glft-",
      "glimt-",
    ],
    pattern: /\bgl(?:pat|dt|rt|ptt|cbt|oas|soat|agent|ft|imt)-[A-Za-z0-9_.-]{20,300}/g,
  },
  {
    id: "npm-token",
    title: "an npm access token",
    severity: "critical",
    keywords: ["npm_"],
    pattern: /\bnpm_[A-Za-z0-9]{36}\b/g,
  },
  {
    id: "npmrc-auth",
    title: "registry credentials of an .npmrc",
    severity: "critical",
    keywords: ["_authtoken", "_auth", "_password"],
    pattern: /(?:^|[\s:"'])_(?:authToken|auth|password)[ \t]{0,4}=[ \t]{0,4}["']?([^\s"'$\\]{8,512})/gm,
  },
  {
    id: "pypi-token",
    title: "a PyPI token",
    severity: "critical",
    keywords: ["pypi-ageichlwas5vcmc", "pypi-agendgvzdc5wexbplm9yzw"],
    pattern: /\bpypi-(?:AgEIcHlwaS5vcmc|AgENdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,1000}/g,
  },
  {
    id: "crates-token",
    title: "a crates.io token",
    severity: "critical",
    keywords: ["cio"],
    pattern: /\bcio[A-Za-z0-9]{32}\b/g,
  },
  {
    id: "rubygems-token",
    title: "a RubyGems key",
    severity: "critical",
    keywords: ["rubygems_"],
    pattern: /\brubygems_[a-f0-9]{48}\b/g,
  },
  {
    id: "docker-token",
    title: "a Docker Hub token",
    severity: "critical",
    keywords: ["dckr_pat_", "dckr_oat_"],
    pattern: /\bdckr_[po]at_[A-Za-z0-9_-]{20,64}/g,
  },
  {
    id: "docker-auth",
    title: "registry credentials of a Docker config",
    severity: "critical",
    keywords: ['"auth"'],
    pattern: /"auth"[ \t]{0,4}:[ \t]{0,4}"([A-Za-z0-9+/]{12,512}={0,2})"/g,
    entropy: 3,
  },
  {
    id: "slack-token",
    title: "a Slack token",
    severity: "critical",
    keywords: ["xox"],
    pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g,
  },
  {
    id: "slack-webhook",
    title: "a Slack webhook address",
    severity: "high",
    keywords: ["hooks.slack.com"],
    pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/_-]{20,200}/g,
  },
  {
    id: "stripe-key",
    title: "a Stripe key",
    severity: "critical",
    keywords: ["sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"],
    pattern: /\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9+/]{24,100})/g,
  },
  {
    id: "anthropic-key",
    title: "an Anthropic API key",
    severity: "critical",
    keywords: ["sk-ant-"],
    pattern: /\bsk-ant-[a-z0-9]{3,12}-[A-Za-z0-9_-]{32,200}/g,
  },
  {
    id: "openai-key",
    title: "an OpenAI API key",
    severity: "critical",
    keywords: ["sk-"],
    pattern: /\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{32,250}|[A-Za-z0-9]{48}(?![A-Za-z0-9]))/g,
  },
  {
    id: "google-api-key",
    title: "a Google API key",
    severity: "high",
    keywords: ["aiza"],
    pattern: /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g,
  },
  {
    id: "google-oauth-secret",
    title: "a Google OAuth client secret",
    severity: "high",
    keywords: ["gocspx-"],
    pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}/g,
  },
  {
    id: "azure-storage-key",
    title: "an Azure storage account key",
    severity: "critical",
    keywords: ["accountkey="],
    pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/g,
  },
  {
    id: "hugging-face-token",
    title: "a Hugging Face token",
    severity: "critical",
    keywords: ["hf_"],
    pattern: /\bhf_[A-Za-z0-9]{34,40}\b/g,
  },
  {
    id: "vault-token",
    title: "a HashiCorp Vault token",
    severity: "critical",
    keywords: ["hvs.", "hvb.", "hvr."],
    pattern: /\bhv[sbr]\.[A-Za-z0-9_-]{24,300}/g,
  },
  {
    id: "digitalocean-token",
    title: "a DigitalOcean token",
    severity: "critical",
    keywords: ["dop_v1_", "doo_v1_", "dor_v1_"],
    pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/g,
  },
  {
    id: "databricks-token",
    title: "a Databricks token",
    severity: "critical",
    keywords: ["dapi"],
    pattern: /\bdapi[a-f0-9]{32}(?:-\d)?\b/g,
  },
  {
    id: "sendgrid-key",
    title: "a SendGrid key",
    severity: "critical",
    keywords: ["sg."],
    pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g,
  },
  {
    id: "shopify-token",
    title: "a Shopify token",
    severity: "critical",
    keywords: ["shpat_", "shpca_", "shppa_", "shpss_"],
    pattern: /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/g,
  },
  {
    id: "telegram-token",
    title: "a Telegram bot token",
    severity: "high",
    keywords: [":aa"],
    pattern: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g,
  },
  {
    id: "grafana-token",
    title: "a Grafana token",
    severity: "high",
    keywords: ["glsa_", "glc_"],
    pattern: /\bgl(?:sa_[A-Za-z0-9]{32}_[a-f0-9]{8}|c_[A-Za-z0-9+/]{32,400}={0,2})/g,
  },
  {
    id: "sentry-token",
    title: "a Sentry token",
    severity: "high",
    keywords: ["sntrys_", "sntryu_"],
    pattern: /\bsntry[su]_[A-Za-z0-9+/=_-]{32,500}/g,
  },
  {
    id: "json-web-token",
    title: "a JSON Web Token",
    severity: "medium",
    keywords: ["eyj"],
    pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/g,
  },
  {
    id: "url-password",
    title: "a password inside a URL",
    severity: "high",
    keywords: ["://"],
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'${}<]{0,64}:([^\s:/@"'${}<>]{3,128})@[A-Za-z0-9[]/gi,
  },
  {
    id: "authorization-header",
    title: "credentials of an Authorization header",
    severity: "high",
    keywords: ["authorization"],
    pattern:
      /authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:bearer|basic|token)[ \t]{1,4}([A-Za-z0-9+/._=-]{12,2000})/gi,
    entropy: 3,
  },
  {
    id: "assigned-secret",
    title: "a secret value assigned to a telling name",
    severity: "medium",
    keywords: [
      "password",
      "passwd",
      "pword",
      "secret",
      "token",
      "apikey",
      "api_key",
      "credential",
      "access_key",
    ],
    pattern:
      /(?:password|passwd|pword|secret|token|api_?key|credentials?|access_?key)[a-z0-9_]{0,20}["']?[ \t]{0,4}(?:=|:)[ \t]{0,4}["']?([A-Za-z0-9+/._~!@#%^&*=-]{12,256})/gi,
    entropy: 3.3,
  },
];

/**
 * Secrets in a text, in order, none inside another. Obvious stand-ins (`changeme`, `<token>`, `${VAR}`, the
 * documented AWS example) are left out. `maximum` bounds the result.
 */
export function findSecrets(text: string, maximum = 100): readonly SecretMatch[] {
  const lower = text.toLowerCase();
  const found: SecretMatch[] = [];
  for (const kind of secretPatterns) {
    if (!kind.keywords.some((word) => lower.includes(word))) continue;
    for (const match of text.matchAll(kind.pattern)) {
      const value = match[1] ?? match[0];
      const start = match.index + match[0].lastIndexOf(value);
      const end = start + value.length;
      if (placeholder(value) || entropy(value) < (kind.entropy ?? 0)) continue;
      if (kind.id === "assigned-secret" && (!/\d/.test(value) || POINTER.test(value))) continue;
      if (found.some((other) => start < other.end && other.start < end)) continue;
      found.push({ id: kind.id, title: kind.title, severity: kind.severity, start, end });
      if (found.length >= maximum) return found.sort((a, b) => a.start - b.start);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** A path, a member expression or a call: where a secret is, not what it is. */
const POINTER = /^(?:[a-z][\w-]{0,60}[/.]){1,12}[\w.-]{1,80}$/;

/** True for values that stand for a secret without being one. */
function placeholder(value: string): boolean {
  if (/[$<>{}]/.test(value) || /^\*+$/.test(value)) return true;
  if (/(.)\1{7}/.test(value) && !value.startsWith("-----")) return true;
  return /example|change.?me|placeholder|your[-_ ]|redacted|dummy|insert[-_]|^(?:password|postgres|secret|pass|root|user|test|token)$/i.test(
    value,
  );
}

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
