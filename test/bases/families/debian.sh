# debian:*-slim from the Debian archive. Everything else stands on these, so this
# is where the machine's certificates and registry settings come in.

image debian:bookworm-slim - debian_slim bookworm
image debian:trixie-slim - debian_slim trixie
also debian:bookworm-slim debian:12-slim debian:bookworm debian:12
also debian:trixie-slim debian:13-slim debian:stable-slim debian:trixie debian:13 debian:latest
core debian:bookworm-slim debian:trixie-slim

debian_slim() {
  local suite=$1 tarball root changes=() line
  tarball="$state/downloads/rootfs-$suite-${digest_of[$name]:0:25}.tar"
  if [[ ! -s $tarball ]]; then
    command -v debootstrap >/dev/null ||
      { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends debootstrap; }
    root="$stage/root"
    debootstrap --variant=minbase "$suite" "$root" "$(host_apt_mirror)"
    debian_settings "$suite" "$root"
    rm -f "$state/downloads/rootfs-$suite-"*
    tar --numeric-owner -C "$root" -cf "$tarball.part" . && mv "$tarball.part" "$tarball"
  fi
  while read -r line; do changes+=("ENV $line"); done < <(host_environment)
  import_rootfs "$tarball" 'CMD ["bash"]' 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "${changes[@]}"
}

# debian_settings SUITE ROOT: what the official image changes in a fresh system
# (apt keeps no packages or indexes, dpkg no documentation, services never start),
# and this machine's certificates and package sources.
debian_settings() {
  local suite=$1 root=$2 conf="$2/etc/apt/apt.conf.d" keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  cat >"$conf/docker-clean" <<'CONF'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
CONF
  echo 'Acquire::Languages "none";' >"$conf/docker-no-languages"
  echo 'Apt::AutoRemove::SuggestsImportant "false";' >"$conf/docker-autoremove-suggests"
  printf 'Acquire::GzipIndexes "true";\nAcquire::CompressionTypes::Order:: "gz";\n' >"$conf/docker-gzip-indexes"
  host_apt_conf >"$conf/99host"
  cat >"$root/etc/dpkg/dpkg.cfg.d/docker" <<'CONF'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
CONF
  rm -rf "$root"/usr/share/{info,locale,man}/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb "$root"/var/log/*.log
  find "$root/usr/share/doc" -type f ! -name copyright -delete
  find "$root/usr/share/doc" -type d -empty -delete
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  rm -f "$root/etc/apt/sources.list" "$root/etc/hostname" "$root/etc/resolv.conf"
  cat >"$root/etc/apt/sources.list.d/debian.sources" <<SOURCES
Types: deb
URIs: $(host_apt_mirror)
Suites: $suite $suite-updates
Components: main
Signed-By: $keyring

Types: deb
URIs: $(host_apt_mirror security)
Suites: $suite-security
Components: main
Signed-By: $keyring
SOURCES
  # The bundle serves programs at once; the single files keep the machine's own
  # authorities when a build installs ca-certificates and makes the bundle anew.
  install -D -m 644 "$bundle" "$root$bundle"
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
}
