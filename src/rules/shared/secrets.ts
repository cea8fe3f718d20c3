const buildkitSecret =
  /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
const buildkitPublic = /(?:_|^)(?:public|file|version)(?:_|$)/i;
const trivySecret =
  /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token|usr|psw)(?:_|$)/i;
const trivyPublic = /(?:_|^)public(?:_|$)/i;
const semgrepSecret = /password|secret|token|key|cert|api|auth/i;
const hadolintSecret = /password|secret|token|api_key|private|username|^aws_access_key_id$/i;

/** Variables whose names tell nothing but that hold credentials by their vendors' documentation. */
const knownNames = new Set([
  "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET",
  "GITHUB_TOKEN", "GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "OPENAI_API_KEY", "HF_TOKEN",
  "DIGITALOCEAN_ACCESS_TOKEN", "DOCKERHUB_PASSWORD", "FIREBASE_TOKEN", "CI_DEPLOY_PASSWORD", "GOOGLE_API_KEY",
  "LANGSMITH_API_KEY", "LANGCHAIN_API_KEY", "HEROKU_API_KEY",
]); // biome-ignore format: a list

/** Variables that hold the path of a credentials file. */
export const secretFileVariables: ReadonlySet<string> = new Set([
  "AWS_CONFIG_FILE",
  "HF_TOKEN_PATH",
  "GOOGLE_APPLICATION_CREDENTIALS",
]);

/** Which tools take a variable's name for a secret's. */
export interface SecretName {
  readonly buildkit: boolean;
  readonly trivy: boolean;
  readonly hadolint: boolean;
  /** Of build arguments only. */
  readonly semgrep: boolean;
}

/** How the tools judge the name of an ARG or ENV. */
export function judgeSecretName(name: string): SecretName {
  return {
    buildkit: buildkitSecret.test(name) && !buildkitPublic.test(name),
    trivy:
      knownNames.has(name.replace(/^(?:VITE_|REACT_APP_)/, "")) ||
      (!secretFileVariables.has(name) && trivySecret.test(name) && !trivyPublic.test(name)),
    hadolint: hadolintSecret.test(name),
    semgrep: semgrepSecret.test(name),
  };
}

/** File names that hold credentials, as they would be copied by mistake. */
const secretFile =
  /(?:^|\/)(?:\.env(?:\.(?!example|sample|template|dist)[\w.-]+)?|\.npmrc|\.pypirc|\.netrc|\.git-credentials|\.aws|\.ssh|\.docker\/config\.json|id_(?:rsa|dsa|ecdsa|ed25519)|credentials(?:\.json)?|service-account[\w.-]*\.json|secrets?\.(?:ya?ml|json|env|txt)|[\w.-]+\.(?:pem|p12|pfx|jks|keystore|kdbx))\/?$/i;

/**
 * False for a file whose text is known and holds no credential: certificates and public keys, an .npmrc with options, or
 * one that takes its token from the environment (`_authToken=${NPM_TOKEN}`).
 */
export function mayHoldSecrets(path: string, text: string | undefined): boolean {
  if (/\.pem$/i.test(path) && text?.includes("-----BEGIN ")) return /-----BEGIN [A-Z ]*PRIVATE/.test(text);
  if (text === undefined || !/(?:^|\/)\.npmrc$/.test(path)) return true;
  return text
    .split("\n")
    .some((line) =>
      /^[^#;]*(?:_auth|_authToken|_password|cert|key)\s*=\s*(?!\s*["']?\$\{\w+[?-]?\}["']?\s*$)\S/i.test(
        line,
      ),
    );
}

/** True for a path whose name says that it holds credentials; certificates (`*.crt`) are public. */
export function isSecretFile(path: string): boolean {
  return (
    !path.includes("://") &&
    secretFile.test(path) &&
    !/(?:^|[-_.])(?:ca|cacert|cert|certs|chain|fullchain|public|pub|bundle)[-_.\w]*\.pem$/i.test(path)
  );
}
