# Images that Dockerfiles copy a program from: uv (its own release, from PyPI) and
# bun and pnpm (theirs, from npm).

image ghcr.io/astral-sh/uv:0.13 - uv_image
also ghcr.io/astral-sh/uv:0.13 ghcr.io/astral-sh/uv:latest
for uv_python in 3.12 3.13 3.14; do
  image "ghcr.io/astral-sh/uv:python$uv_python-trixie-slim" "python:$uv_python-slim" uv_python_image
  image "ghcr.io/astral-sh/uv:python$uv_python-bookworm-slim" "python:$uv_python-slim-bookworm" uv_python_image
done
image oven/bun:1-slim debian:bookworm-slim bun_image
also oven/bun:1-slim oven/bun:1 oven/bun:latest
core ghcr.io/astral-sh/uv:0.13 ghcr.io/astral-sh/uv:latest oven/bun:1

# uv_files: the programs of PyPI's wheel in $stage/uv.
uv_files() {
  local folder="$state/downloads/uv-0.13"
  compgen -G "$folder/*.whl" >/dev/null || python3 -m pip download --quiet --no-deps --only-binary :all: -d "$folder" 'uv>=0.13,<0.14'
  unzip -q -j "$(compgen -G "$folder/*.whl" | head -n 1)" '*/scripts/uv' '*/scripts/uvx' -d "$stage/uv"
  chmod 755 "$stage"/uv/*
}

uv_image() {
  uv_files
  build <<'DOCKERFILE'
FROM scratch
COPY uv/uv uv/uvx /
WORKDIR /io
ENTRYPOINT ["/uv"]
DOCKERFILE
}

uv_python_image() {
  uv_files
  build <<DOCKERFILE
FROM ${base_of[$name]}
COPY uv/uv uv/uvx /usr/local/bin/
ENV UV_TOOL_BIN_DIR=/usr/local/bin
ENTRYPOINT []
CMD ["/usr/local/bin/uv"]
DOCKERFILE
}

bun_image() {
  unpack "$(npm_package @oven/bun-linux-x64-baseline 1)" "$stage/bun"
  cat >"$stage/docker-entrypoint.sh" <<'SCRIPT'
#!/bin/sh
# Options, and words that are no program, are for bun.
case "$1" in
  -*) set -- /usr/local/bin/bun "$@" ;;
  *) if [ -z "$(command -v -- "$1")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then set -- /usr/local/bin/bun "$@"; fi ;;
esac
exec "$@"
SCRIPT
  chmod 755 "$stage/docker-entrypoint.sh"
  build <<DOCKERFILE
FROM ${base_of[$name]}
RUN groupadd --gid 1000 bun && useradd --uid 1000 --gid bun --shell /bin/sh --create-home bun
COPY bun/bin/bun /usr/local/bin/bun
COPY docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN chmod 755 /usr/local/bin/bun && ln -s bun /usr/local/bin/bunx \
 && mkdir -p /usr/local/bun-node-fallback-bin && ln -s /usr/local/bin/bun /usr/local/bun-node-fallback-bin/node
ENV BUN_RUNTIME_TRANSPILER_CACHE_PATH=0
ENV BUN_INSTALL_BIN=/usr/local/bin
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bun-node-fallback-bin
WORKDIR /home/bun/app
ENTRYPOINT ["/usr/local/bin/docker-entrypoint.sh"]
CMD ["/usr/local/bin/bun"]
DOCKERFILE
}
