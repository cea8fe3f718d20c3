# buildpack-deps: Debian with version control and compilers, below the full
# language images. The real one holds more libraries' development files.

image buildpack-deps:bookworm-scm debian:bookworm-slim buildpack_scm
image buildpack-deps:trixie-scm debian:trixie-slim buildpack_scm
image buildpack-deps:bookworm buildpack-deps:bookworm-scm buildpack
image buildpack-deps:trixie buildpack-deps:trixie-scm buildpack

buildpack_scm() {
  buildpack_packages ca-certificates curl git gnupg netbase openssh-client procps tzdata wget
}

buildpack() {
  buildpack_packages autoconf automake bzip2 default-libmysqlclient-dev dpkg-dev file g++ gcc \
    libbz2-dev libc6-dev libcurl4-openssl-dev libevent-dev libffi-dev libjpeg-dev liblzma-dev \
    libncurses-dev libpng-dev libpq-dev libreadline-dev libsqlite3-dev libssl-dev libtool libwebp-dev \
    libxml2-dev libxslt1-dev libyaml-dev make patch pkg-config python3 unzip xz-utils zlib1g-dev
}

buildpack_packages() {
  build <<DOCKERFILE
FROM ${base_of[$name]}
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $* && rm -rf /var/lib/apt/lists/*
DOCKERFILE
}
