# What the family files are written in: `image`, `also`, `build`, `download`.

recipe_label=io.dockwright.stand-in
all_images=()
declare -A base_of maker_of file_of alias_of digest_of

# Everything the test suite itself builds on; `make` without names makes more.
core_images=()

# image NAME BASE MAKER [ARGUMENT...]: NAME is made by `MAKER ARGUMENT...` after
# BASE exists (`-`: made from no image).
image() {
  local name=$1
  all_images+=("$name")
  base_of[$name]=$2
  maker_of[$name]="${*:3}"
  file_of[$name]=$recipe_file
}

# also NAME OTHER...: further official names of the same image.
also() {
  local name=$1 other
  for other in "${@:2}"; do
    all_images+=("$other")
    alias_of[$other]=$name
    file_of[$other]=$recipe_file
  done
}

# core NAME...: the test suite needs these.
core() { core_images+=("$@"); }

list_images() {
  local name
  for name in "${all_images[@]}"; do
    printf '%-52s %s\n' "$name" "${alias_of[$name]:+= ${alias_of[$name]}}${base_of[$name]:-}"
  done
}

# digest_recipes: what an image depends on, so that a changed recipe (its family's
# file, its base's, this machine's certificates) makes it anew and nothing else does.
digest_recipes() {
  declare -gA file_digest=()
  local file sum
  while read -r sum file; do file_digest[$file]=$sum; done < <(sha256sum "$bases"/families/*.sh "$bases/recipe.sh" "$bases/host.sh" "$bundle")
  local name
  for name in "${all_images[@]}"; do set_digest "$name"; done
}

set_digest() {
  local name=$1
  [[ -z ${digest_of[$name]:-} ]] || return 0
  if [[ -n ${alias_of[$name]:-} ]]; then
    set_digest "${alias_of[$name]}"
    digest_of[$name]=${digest_of[${alias_of[$name]}]}
    return
  fi
  local base=${base_of[$name]:-} above
  [[ -n $base ]] || fail "no recipe for an image named $name (see: make --list)"
  if [[ $base == - ]]; then above="${file_digest[$bundle]}${file_digest[$bases/host.sh]}"
  else set_digest "$base"; above=${digest_of[$base]}; fi
  # In the shell's own terms: a hundred images must not cost a hundred processes.
  digest_of[$name]="${above:0:12}-${file_digest[${file_of[$name]}]:0:12}-${maker_of[$name]//[^a-z0-9.]/_}"
  digest_of[$name]=${digest_of[$name]:0:120}
}

# ensure_commands NAME...: installs the packages of these names whose command is missing.
ensure_commands() {
  local missing=() command
  for command in "$@"; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "$command" >/dev/null || missing+=("$command")
  done
  ((${#missing[@]})) || return 0
  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
}

fail() { printf 'bases: %s\n' "$*" >&2; exit 1; }

# make_images NAME...: in order, bases first; one line for each that had to be made.
make_images() {
  local name
  for name in "$@"; do
    [[ -n ${alias_of[$name]:-}${base_of[$name]:-} ]] || fail "no recipe for an image named $name (see: make --list)"
  done
  read_present
  local failed=()
  # One unreachable source must not hide the others. Never `make_image ... || ...`:
  # there the shell would ignore the failures inside the makers.
  set +e
  for name in "$@"; do
    make_image "$name"
    (($? == 0)) || failed+=("$name")
  done
  set -e
  if ((${#failed[@]})); then fail "not made: ${failed[*]} (logs: $state/log/make-*.log)"; fi
}

# read_present: the recipe digest of each image that is there, in one call.
read_present() {
  declare -gA present=()
  local digest tags tag
  while read -r digest tags; do
    for tag in $tags; do present[$tag]=$digest; done
  done < <("$docker" image inspect --format "{{index .Config.Labels \"$recipe_label\"}}{{range .RepoTags}} {{.}}{{end}}" "${all_images[@]}" 2>/dev/null)
}

# make_image NAME: expects errexit to be off.
make_image() {
  local name=$1
  [[ ${present[$name]:-} != "${digest_of[$name]}" ]] || return 0
  local under=${alias_of[$name]:-${base_of[$name]}}
  if [[ $under != - ]]; then
    make_image "$under"
    (($? == 0)) || return 1
  fi
  if [[ -n ${alias_of[$name]:-} ]]; then
    "$docker" tag "$under" "$name"
  else
    local began=$SECONDS log="$state/log/make-${name//[\/:]/_}.log" code stage
    mkdir -p "$state/log"
    stage=$(mktemp -d "${TMPDIR:-/tmp}/dockwright-base.XXXXXX")
    (set -ex; ${maker_of[$name]}) >"$log" 2>&1
    code=$?
    rm -rf "$stage"
    if ((code)); then
      printf 'bases: %s failed:\n' "$name" >&2
      tail -n 15 "$log" | sed 's/^/  /' >&2
      return 1
    fi
    printf 'made %-44s %3d s\n' "$name" $((SECONDS - began))
  fi
  present[$name]=${digest_of[$name]}
}

# The makers below run with $name set to the image being made and $stage to an
# empty folder that is the build context and is removed afterwards.

# build [OPTION...]: builds $stage with the Dockerfile on standard input as $name.
build() {
  cat >"$stage/Dockerfile"
  "$docker" build --progress plain --label "$recipe_label=${digest_of[$name]}" -t "$name" "$@" "$stage"
}

# import_rootfs TARBALL [CHANGE...]: a root file system as $name.
import_rootfs() {
  local tarball=$1 changes=() change
  for change in "${@:2}" "LABEL $recipe_label=${digest_of[$name]}"; do changes+=(--change "$change"); done
  "$docker" import "${changes[@]}" "$tarball" "$name"
}

# download FILE URL: FILE in the folder of downloads, fetched once.
download() {
  local file="$state/downloads/$1"
  [[ -s $file ]] || { curl -fsSL --retry 3 -o "$file.part.$$" "$2" && mv "$file.part.$$" "$file"; }
}

# npm_package NAME RANGE: prints the tarball of the newest version in RANGE that
# was fetched, fetching it the first time.
npm_package() {
  local folder="$state/downloads/npm-${1//[\/@]/_}-$2"
  if ! compgen -G "$folder/*.tgz" >/dev/null; then
    mkdir -p "$folder"
    npm pack --silent --pack-destination "$folder" "$1@$2" >/dev/null
  fi
  compgen -G "$folder/*.tgz" | head -n 1
}

# unpack TARBALL FOLDER: an npm tarball's contents, without its top folder.
unpack() { mkdir -p "$2" && tar -xzf "$1" -C "$2" --strip-components=1 --no-same-owner; }

# go_program MODULE@VERSION PACKAGE...: commands of a Go module in $state/bin, built
# once. Built inside the module and not with `go install PACKAGE@VERSION`, which
# refuses a module whose go.mod has exclude or replace lines.
go_program() {
  local folder package program
  mkdir -p "$state/bin/${1##*@}"
  for package in "${@:2}"; do
    program=${package##*/}
    if [[ ! -x $state/bin/${1##*@}/$program ]]; then
      folder=$(go mod download -json "$1" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
      (cd "$folder" && GOTOOLCHAIN=auto GOFLAGS=-mod=readonly CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$state/bin/${1##*@}/" "./$package")
    fi
    ln -sf "${1##*@}/$program" "$state/bin/$program"
  done
}
