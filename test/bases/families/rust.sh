# rust: the machine's own rustup and stable toolchain under the current names.
# Which release it really is says RUST_VERSION in the image.

rust_name=1.98
image "rust:$rust_name-slim" debian:trixie-slim rust_image
image "rust:$rust_name-slim-bookworm" debian:bookworm-slim rust_image
image "rust:$rust_name" buildpack-deps:trixie rust_full
also "rust:$rust_name-slim" rust:1-slim rust:slim "rust:$rust_name-slim-trixie" rust:1-slim-trixie
also "rust:$rust_name-slim-bookworm" rust:1-slim-bookworm
also "rust:$rust_name" rust:1 rust:latest "rust:$rust_name-trixie"
core "rust:$rust_name-slim" rust:1-slim

rust_image() {
  command -v rustc >/dev/null || { echo 'needs rustc and cargo of rustup on this machine'; return 1; }
  local sysroot version triple toolchain config
  sysroot=$(rustc +stable --print sysroot 2>/dev/null || rustc --print sysroot)
  version=$("$sysroot/bin/rustc" -V | cut -d ' ' -f 2)
  triple=$("$sysroot/bin/rustc" -vV | sed -n 's/^host: //p')
  toolchain="$stage/rustup/toolchains/$version-$triple"
  # rustup's minimal profile: compiler, cargo and the host's standard library.
  mkdir -p "$toolchain/bin" "$toolchain/lib/rustlib" "$stage/cargo/bin"
  cp "$sysroot"/bin/{rustc,cargo} "$toolchain/bin/"
  cp -P "$sysroot"/lib/*.so* "$toolchain/lib/"
  cp -r "$sysroot/lib/rustlib/$triple" "$toolchain/lib/rustlib/"
  [[ ! -d $sysroot/libexec ]] || cp -r "$sysroot/libexec" "$toolchain/"
  cp "$(readlink -f "$(command -v rustup)")" "$stage/cargo/bin/rustup"
  local proxy
  for proxy in rustc cargo rustdoc; do ln -s rustup "$stage/cargo/bin/$proxy"; done
  printf 'default_toolchain = "%s-%s"\nprofile = "minimal"\nversion = "12"\n\n[overrides]\n' "$version" "$triple" >"$stage/rustup/settings.toml"
  config=$(host_cargo_config)
  [[ -z $config ]] || printf '%s\n' "$config" >"$stage/cargo/config.toml"
  build <<DOCKERFILE
FROM ${base_of[$name]}
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates gcc libc6-dev && rm -rf /var/lib/apt/lists/*
$(rust_environment "$version")
COPY rustup /usr/local/rustup
COPY cargo /usr/local/cargo
RUN chmod -R a+w /usr/local/rustup /usr/local/cargo
DOCKERFILE
}

rust_environment() {
  printf 'ENV RUSTUP_HOME=/usr/local/rustup\nENV CARGO_HOME=/usr/local/cargo\nENV RUST_VERSION=%s\n' "$1"
  printf 'ENV PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n'
}

rust_full() {
  make_image "rust:$rust_name-slim"
  build <<DOCKERFILE
FROM rust:$rust_name-slim AS slim
FROM ${base_of[$name]}
$(rust_environment "$("$docker" run --rm "rust:$rust_name-slim" printenv RUST_VERSION)")
COPY --from=slim /usr/local/rustup /usr/local/rustup
COPY --from=slim /usr/local/cargo /usr/local/cargo
DOCKERFILE
}
