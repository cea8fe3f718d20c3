# golang: Go's own toolchain releases, which its module proxy carries, on Debian
# with gcc, as in the official image.

for go_minor in 1.26 1.27; do
  image "golang:$go_minor-bookworm" buildpack-deps:bookworm-scm golang_debian "$go_minor"
  image "golang:$go_minor-trixie" buildpack-deps:trixie-scm golang_debian "$go_minor"
  also "golang:$go_minor-trixie" "golang:$go_minor"
done
also golang:1.27-trixie golang:1 golang:latest
core golang:1.26 golang:1.27

golang_debian() {
  golang_files "$1"
  { golang_dockerfile_head; printf 'RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends g++ gcc libc6-dev make pkgconf && rm -rf /var/lib/apt/lists/*\n'; golang_dockerfile; } | build
}

# golang_files MINOR: the newest toolchain of that minor release in $stage/go.
golang_files() {
  local version module
  version=$(golang_version "$1")
  module=golang.org/toolchain@v0.0.1-go$version.linux-$(go env GOARCH)
  cp -rL "$(go mod download -json "$module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')" "$stage/go"
  # Module archives carry no permission bits.
  chmod -R u+w "$stage/go"
  chmod 755 "$stage"/go/bin/* "$stage"/go/pkg/tool/*/*
}

# golang_version MINOR: the newest release, remembered so that all variants agree.
golang_version() {
  local file="$state/downloads/go-$1.version"
  [[ -s $file ]] || (cd "$stage" && go list -m -versions go) | tr ' ' '\n' | grep -E "^${1//./\\.}\.[0-9]+$" | sort -V | tail -n 1 >"$file"
  cat "$file"
}

golang_dockerfile_head() { printf 'FROM %s\n' "${base_of[$name]}"; }

golang_dockerfile() {
  local minor=${name#golang:}
  cat <<DOCKERFILE
ENV GOLANG_VERSION=$(golang_version "${minor%%-*}")
ENV GOTOOLCHAIN=local
ENV GOPATH=/go
ENV PATH=/go/bin:/usr/local/go/bin:\$PATH
COPY go /usr/local/go
RUN mkdir -p /go/src /go/bin && chmod -R 1777 /go
WORKDIR /go
DOCKERFILE
}
