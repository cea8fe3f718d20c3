# What the machine says about reaching its package registries: its certificates,
# proxies and mirrors. Read here at the time of making, put into local images,
# and never written into the repository.

bundle=/etc/ssl/certs/ca-certificates.crt

# host_apt_mirror [security]: the Debian archive the machine itself uses.
host_apt_mirror() {
  local want=${1:-debian} found
  found=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 2>/dev/null | awk -v want="$want" '
    /debian/ && ((want == "security") == ($2 ~ /-security$/)) { print $1; exit }')
  if [[ -n $found ]]; then printf '%s\n' "$found"
  elif [[ $want == security ]]; then printf 'http://deb.debian.org/debian-security\n'
  else printf 'http://deb.debian.org/debian\n'; fi
}

# host_apt_conf: the machine's settings for fetching (proxies, checks of dates).
host_apt_conf() {
  apt-config dump 2>/dev/null | grep -E '^Acquire::(Check-|http::Proxy|https::(Proxy|CaInfo|Verify)|Retries|ForceIPv)' | grep -v ' "";$' || true
}

# host_environment: NAME=value lines for the variables by which the package
# managers find certificates, proxies and registries. Only what the machine sets.
host_environment() {
  local name value
  for name in SSL_CERT_FILE NODE_EXTRA_CA_CERTS PIP_CERT REQUESTS_CA_BUNDLE CURL_CA_BUNDLE CARGO_HTTP_CAINFO GIT_SSL_CAINFO; do
    printf '%s=%s\n' "$name" "$bundle"
  done
  for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
    value=${!name:-}
    [[ -z $value ]] || printf '%s=%s\n' "$name" "$value"
  done
  for name in PIP_INDEX_URL PIP_EXTRA_INDEX_URL UV_DEFAULT_INDEX UV_INDEX_URL GOPROXY GOSUMDB GONOSUMDB GOPRIVATE \
    NPM_CONFIG_REGISTRY npm_config_registry YARN_REGISTRY YARN_NPM_REGISTRY_SERVER; do
    value=${!name:-}
    [[ -z $value ]] || printf '%s=%s\n' "$name" "$value"
  done
  host_setting PIP_INDEX_URL '' "$(pip config get global.index-url 2>/dev/null || true)"
  host_setting GOPROXY https://proxy.golang.org,direct "$(go env GOPROXY 2>/dev/null || true)"
  host_setting GOSUMDB sum.golang.org "$(go env GOSUMDB 2>/dev/null || true)"
  host_setting NPM_CONFIG_REGISTRY https://registry.npmjs.org/ "$(npm config get registry 2>/dev/null || true)"
}

# host_setting NAME DEFAULT VALUE: a line unless the value is empty, the tool's
# own default, or already given by a variable of that name.
host_setting() {
  [[ -z $3 || $3 == "$2" || $3 == undefined || -n ${!1:-} ]] || printf '%s=%s\n' "$1" "$3"
}

# host_cargo_config, host_maven_settings: files for the images of those families,
# empty when the machine has none.
host_cargo_config() { cat "${CARGO_HOME:-$HOME/.cargo}/config.toml" 2>/dev/null || true; }
host_maven_settings() { cat "$HOME/.m2/settings.xml" 2>/dev/null || true; }

# host_poetry_mirror: the package index, when it serves only the HTML form of the
# simple API. Poetry asks PyPI for JSON; its mirror plugin reads HTML.
host_poetry_mirror() {
  local index=${PIP_INDEX_URL:-https://pypi.org/simple/}
  # A GET: some mirrors announce JSON to a HEAD and then send HTML.
  curl -fsSL -o /dev/null -w '%{content_type}' -H 'Accept: application/vnd.pypi.simple.v1+json' "${index%/}/pip/" 2>/dev/null |
    grep -qi '^application/vnd.pypi.simple' || printf '%s/\n' "${index%/}"
}
