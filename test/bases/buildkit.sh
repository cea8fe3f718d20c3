# The current BuildKit, a registry on loopback that holds the stand-ins, and buildx
# with a builder that points at it. Sourced by `engine`.

registry=127.0.0.1:5000
builder=dockwright-test
buildx_module=github.com/docker/buildx@v0.37.2

registry_answers() { curl -fs "http://$registry/v2/" >/dev/null; }

# buildkit [IMAGE...]: with the images named in the registry besides the core ones.
buildkit() {
  # Debian keeps the registry as docker-registry; runc came with docker.io.
  ensure_packages docker-registry:docker-registry runc:runc curl:curl
  export DOCKER_CONFIG="$state/plain-docker-config"
  . "$bases/host.sh"
  . "$bases/recipe.sh"
  for recipe_file in "$bases"/families/*.sh; do . "$recipe_file"; done
  mkdir -p "$state/registry" "$state/buildkit" "$state/docker-config/cli-plugins" "$DOCKER_CONFIG"
  start_registry
  fill_registry "${core_images[@]}" "$@"
  go_program "$buildkit_module" cmd/buildkitd cmd/buildctl
  start_buildkitd
  install_buildx
  say "BuildKit ${buildkit_module##*@} answers; for its environment: eval \"\$($bases/engine env)\""
}

start_registry() {
  registry_answers && return
  cat >"$state/registry.yml" <<YAML
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: $state/registry}
  delete: {enabled: true}
http: {addr: $registry}
YAML
  in_background docker-registry docker-registry serve "$state/registry.yml"
  wait_for 20 "$state/log/docker-registry.log" registry_answers
}

# fill_registry NAME...: pushes the stand-ins that the registry does not hold yet
# under the paths a mirror of Docker Hub has; gcr.io and ghcr.io are left out of them.
# Compressing takes its time, therefore only what is asked for.
fill_registry() {
  local name path target id pushed="$state/registry-pushed"
  touch "$pushed"
  for name in "$@"; do
    id=$("$docker" image inspect --format '{{.Id}}' "$name" 2>/dev/null) || fail "no image $name here (make it: $bases/make $name)"
    grep -qxF "$name $id" "$pushed" && continue
    path=${name#gcr.io/}
    path=${path#ghcr.io/}
    [[ $path == */* ]] || path=library/$path
    target=$registry/$path
    "$docker" tag "$name" "$target"
    "$docker" push -q "$target" >/dev/null
    "$docker" rmi --no-prune "$target" >/dev/null
    sed -i "\|^$name |d" "$pushed"
    echo "$name $id" >>"$pushed"
  done
}

start_buildkitd() {
  buildkit_answers && return
  cat >"$state/buildkitd.toml" <<TOML
root = "$state/buildkit"
[grpc]
  address = ["unix://$state/run/buildkitd.sock"]
[worker.oci]
  enabled = true
  snapshotter = "overlayfs"
[worker.containerd]
  enabled = false
[registry."docker.io"]
  mirrors = ["$registry"]
[registry."gcr.io"]
  mirrors = ["$registry"]
[registry."ghcr.io"]
  mirrors = ["$registry"]
[registry."$registry"]
  http = true
TOML
  rm -f "$state/run/buildkitd.sock"
  PATH="$PATH:/usr/sbin:/sbin" in_background buildkitd "$state/bin/buildkitd" --config "$state/buildkitd.toml"
  wait_for 60 "$state/log/buildkitd.log" buildkit_answers
}

install_buildx() {
  go_program "$buildx_module" cmd/buildx
  ln -sf "$state/bin/buildx" "$state/docker-config/cli-plugins/docker-buildx"
  export DOCKER_CONFIG="$state/docker-config"
  "$docker" buildx inspect "$builder" >/dev/null 2>&1 ||
    "$docker" buildx create --name "$builder" --driver remote "unix://$state/run/buildkitd.sock" --use >/dev/null
}
