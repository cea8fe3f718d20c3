/** A kind of secret that can be told by its value. */
export interface SecretPattern {
  /** Stable kebab-case id. */
  readonly id: string;
  /** For sentences: "an AWS access key id". */
  readonly title: string;
  readonly severity: "critical" | "high" | "medium";
  /**
   * Words one of which every match holds, three characters or more: the pattern is tried only around them. They are of
   * the pattern's case, or of any when it ignores case.
   */
  readonly keywords: readonly string[];
  /** Most characters of a match before its keyword; 0 unless given. */
  readonly before?: number;
  /** The first group that takes part, when there is one, is the secret itself. */
  readonly pattern: RegExp;
  /** Smallest Shannon entropy of the value in bits a character, for patterns that also match ordinary words. */
  readonly entropy?: number;
  readonly scope: SecretScope;
  /** Files the pattern is for; all unless given. */
  readonly path?: RegExp;
  /** True when values may hold one character eight times in a row, which elsewhere marks a stand-in. */
  readonly repeats?: boolean;
  /** True when the value has no form of its own and must hold a digit not to be a word. */
  readonly digit?: boolean;
}

/**
 * Where a pattern counts. "anywhere": the value has an unmistakable form. "text": a name before it tells what it is;
 * in installed software such names are code. "settings": any value assigned to a telling name, which is a secret only
 * in files made to be configured with.
 */
export type SecretScope = "anywhere" | "text" | "settings";

/** Formats as the issuers document them, distinctive ones first. */
export const ownSecretPatterns: readonly SecretPattern[] = [
  {
    id: "private-key",
    scope: "anywhere",
    before: 52,
    title: "a private key",
    severity: "critical",
    keywords: ["PRIVATE KEY"],
    // Documents name the header alone; a key has its base64 after it.
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?=[\s\S]{0,400}?[A-Za-z0-9+/=]{40})(?:[A-Za-z0-9+/=:,.()\s-]|\\[nr]){40,8000}/,
  },
  {
    id: "age-secret-key",
    scope: "anywhere",
    title: "an age secret key",
    severity: "critical",
    keywords: ["AGE-SECRET-KEY-1"],
    pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/,
  },
  {
    id: "aws-access-key-id",
    scope: "anywhere",
    title: "an AWS access key id",
    severity: "critical",
    keywords: ["AKIA", "ASIA", "ABIA", "ACCA"],
    pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/,
  },
  {
    id: "aws-secret-access-key",
    scope: "anywhere",
    title: "an AWS secret access key",
    severity: "critical",
    keywords: ["secret"],
    pattern:
      /secret_?(?:access_?)?key["']?[ \t]{0,4}[:= ][ \t]{0,4}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/i,
  },
  {
    id: "github-token",
    scope: "anywhere",
    title: "a GitHub token",
    severity: "critical",
    keywords: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b/,
  },
  {
    id: "gitlab-token",
    scope: "anywhere",
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
    pattern: /\bgl(?:pat|dt|rt|ptt|cbt|oas|soat|agent|ft|imt)-[A-Za-z0-9_.-]{20,300}/,
  },
  {
    id: "npm-token",
    scope: "anywhere",
    title: "an npm access token",
    severity: "critical",
    keywords: ["npm_"],
    pattern: /\bnpm_[A-Za-z0-9]{36}\b/,
  },
  {
    id: "npmrc-auth",
    scope: "settings",
    before: 1,
    title: "registry credentials of an .npmrc",
    severity: "critical",
    keywords: ["_authToken", "_auth", "_password"],
    pattern: /(?:^|[\s:"'])_(?:authToken|auth|password)[ \t]{0,4}=[ \t]{0,4}["']?([^\s"'$\\]{8,512})/m,
  },
  {
    id: "pypi-token",
    scope: "anywhere",
    title: "a PyPI token",
    severity: "critical",
    keywords: ["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"],
    pattern: /\bpypi-(?:AgEIcHlwaS5vcmc|AgENdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,1000}/,
  },
  {
    id: "crates-token",
    scope: "anywhere",
    title: "a crates.io token",
    severity: "critical",
    keywords: ["cio"],
    pattern: /\bcio[A-Za-z0-9]{32}\b/,
  },
  {
    id: "rubygems-token",
    scope: "anywhere",
    title: "a RubyGems key",
    severity: "critical",
    keywords: ["rubygems_"],
    pattern: /\brubygems_[a-f0-9]{48}\b/,
  },
  {
    id: "docker-token",
    scope: "anywhere",
    title: "a Docker Hub token",
    severity: "critical",
    keywords: ["dckr_pat_", "dckr_oat_"],
    pattern: /\bdckr_[po]at_[A-Za-z0-9_-]{20,64}/,
  },
  {
    id: "docker-auth",
    scope: "anywhere",
    title: "registry credentials of a Docker config",
    severity: "critical",
    keywords: ['"auth"'],
    pattern: /"auth"[ \t]{0,4}:[ \t]{0,4}"([A-Za-z0-9+/]{12,512}={0,2})"/,
    entropy: 3,
  },
  {
    id: "slack-token",
    scope: "anywhere",
    title: "a Slack token",
    severity: "critical",
    keywords: ["xox"],
    pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/,
  },
  {
    id: "slack-webhook",
    scope: "anywhere",
    before: 8,
    title: "a Slack webhook address",
    severity: "high",
    keywords: ["hooks.slack.com"],
    pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9/_-]{20,200}/,
  },
  {
    id: "stripe-key",
    scope: "anywhere",
    title: "a Stripe key",
    severity: "critical",
    keywords: ["sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"],
    pattern: /\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9+/]{24,100})/,
  },
  {
    id: "anthropic-key",
    scope: "anywhere",
    title: "an Anthropic API key",
    severity: "critical",
    keywords: ["sk-ant-"],
    pattern: /\bsk-ant-[a-z0-9]{3,12}-[A-Za-z0-9_-]{32,200}/,
  },
  {
    id: "openai-key",
    scope: "anywhere",
    title: "an OpenAI API key",
    severity: "critical",
    keywords: ["sk-"],
    pattern: /\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{32,250}|[A-Za-z0-9]{48}(?![A-Za-z0-9]))/,
  },
  {
    id: "google-api-key",
    scope: "anywhere",
    title: "a Google API key",
    severity: "high",
    keywords: ["AIza"],
    pattern: /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/,
  },
  {
    id: "google-oauth-secret",
    scope: "anywhere",
    title: "a Google OAuth client secret",
    severity: "high",
    keywords: ["GOCSPX-"],
    pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}/,
  },
  {
    id: "azure-storage-key",
    scope: "anywhere",
    title: "an Azure storage account key",
    severity: "critical",
    keywords: ["AccountKey="],
    pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/,
  },
  {
    id: "hugging-face-token",
    scope: "anywhere",
    title: "a Hugging Face token",
    severity: "critical",
    keywords: ["hf_"],
    pattern: /\bhf_[A-Za-z0-9]{34,40}\b/,
  },
  {
    id: "vault-token",
    scope: "anywhere",
    title: "a HashiCorp Vault token",
    severity: "critical",
    keywords: ["hvs.", "hvb.", "hvr."],
    pattern: /\bhv[sbr]\.[A-Za-z0-9_-]{24,300}/,
  },
  {
    id: "digitalocean-token",
    scope: "anywhere",
    title: "a DigitalOcean token",
    severity: "critical",
    keywords: ["dop_v1_", "doo_v1_", "dor_v1_"],
    pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/,
  },
  {
    id: "databricks-token",
    scope: "anywhere",
    title: "a Databricks token",
    severity: "critical",
    keywords: ["dapi"],
    pattern: /\bdapi[a-f0-9]{32}(?:-\d)?\b/,
  },
  {
    id: "sendgrid-key",
    scope: "anywhere",
    title: "a SendGrid key",
    severity: "critical",
    keywords: ["SG."],
    pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/,
  },
  {
    id: "shopify-token",
    scope: "anywhere",
    title: "a Shopify token",
    severity: "critical",
    keywords: ["shpat_", "shpca_", "shppa_", "shpss_"],
    pattern: /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/,
  },
  {
    id: "telegram-token",
    scope: "anywhere",
    before: 10,
    title: "a Telegram bot token",
    severity: "high",
    keywords: [":AA"],
    pattern: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/,
  },
  {
    id: "grafana-token",
    scope: "anywhere",
    title: "a Grafana token",
    severity: "high",
    keywords: ["glsa_", "glc_"],
    pattern: /\bgl(?:sa_[A-Za-z0-9]{32}_[a-f0-9]{8}|c_[A-Za-z0-9+/]{32,400}={0,2})/,
  },
  {
    id: "sentry-token",
    scope: "anywhere",
    title: "a Sentry token",
    severity: "high",
    keywords: ["sntrys_", "sntryu_"],
    pattern: /\bsntry[su]_[A-Za-z0-9+/=_-]{32,500}/,
  },
  {
    id: "json-web-token",
    scope: "text",
    title: "a JSON Web Token",
    severity: "medium",
    keywords: ["eyJ"],
    pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}/,
  },
  {
    id: "url-password",
    scope: "settings",
    before: 22,
    title: "a password inside a URL",
    severity: "high",
    keywords: ["://"],
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'${}<]{0,64}:([^\s:/@"'${}<>]{3,128})@[A-Za-z0-9[]/i,
  },
  {
    id: "authorization-header",
    scope: "settings",
    title: "credentials of an Authorization header",
    severity: "high",
    keywords: ["authorization"],
    pattern:
      /authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:bearer|basic|token)[ \t]{1,4}([A-Za-z0-9+/._=-]{12,2000})/i,
    entropy: 3,
  },
  {
    id: "assigned-secret",
    scope: "settings",
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
      /(?:password|passwd|pword|secret|token|api_?key|credentials?|access_?key)[a-z0-9_]{0,20}["']?[ \t]{0,4}(?:=|:)[ \t]{0,4}["']?([A-Za-z0-9+/._~!@#%^&*=-]{12,256})/i,
    entropy: 3.3,
    digit: true,
  },
  {
    id: "login-password",
    scope: "settings",
    path: /netrc$/,
    title: "the password of a login (.netrc)",
    severity: "high",
    keywords: ["password"],
    before: 160,
    pattern: /\blogin[ \t\n]{1,8}\S{1,100}[ \t\n]{1,8}password[ \t\n]{1,8}([^\s"'$<>{}]{4,128})/,
  },
  {
    id: "command-password",
    scope: "settings",
    title: "a user and password of a command",
    severity: "high",
    keywords: ["curl", "wget"],
    pattern:
      /\b(?:curl\s[^\n|;&]{0,300}?\s?(?:-u|--user)[ =]{0,3}["']?[^\s"':$]{1,64}:([^\s"'$<>{}]{4,128})|wget\s[^\n|;&]{0,300}?--(?:http-)?password[ =]["']?([^\s"'$<>{}]{4,128}))/,
  },
];
