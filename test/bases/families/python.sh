# python:*-slim. CPython itself is the build that Maven Central carries for Java
# programs (org.bytedeco:cpython); its patch release is older than the official
# image's. Extension modules use Debian's libraries, as in the official image. Poetry's
# mirror plugin is in it where the package index speaks HTML only.

python_3_11=3.11.3-1.5.9
python_3_12=3.12.1-1.5.10
python_3_13=3.13.5-1.5.12
python_3_14=3.14.3-1.5.13

for python_minor in 3.11 3.12 3.13 3.14; do
  image "python:$python_minor-slim" debian:trixie-slim python_slim "$python_minor"
  also "python:$python_minor-slim" "python:$python_minor-slim-trixie"
  image "python:$python_minor-slim-bookworm" debian:bookworm-slim python_slim "$python_minor"
  image "python:$python_minor" buildpack-deps:trixie python_full "$python_minor"
  also "python:$python_minor" "python:$python_minor-trixie"
done
also python:3.14-slim python:3-slim python:slim
also python:3.14 python:3 python:latest
core python:3.12-slim python:3.13-slim python:3.14-slim python:3.12

python_slim() {
  python_files "$1"
  python_dockerfile "$1" | build
}

# The full image holds the same Python on the image with compilers.
python_full() {
  make_image "python:$1-slim"
  build <<DOCKERFILE
FROM python:$1-slim AS slim
FROM ${base_of[$name]}
$(python_environment "$1")
COPY --from=slim /usr/local /usr/local
RUN ldconfig
CMD ["python3"]
DOCKERFILE
}

python_files() {
  local minor=$1 release pin jar local="$stage/root/usr/local" built
  pin=python_${minor/./_}
  release=${!pin}
  jar=cpython-$release-linux-x86_64.jar
  download "$jar" "https://repo1.maven.org/maven2/org/bytedeco/cpython/$release/$jar"
  unzip -q "$state/downloads/$jar" 'org/bytedeco/cpython/linux-x86_64/*' -d "$stage/jar"
  mkdir -p "$local/bin"
  cd "$stage/jar/org/bytedeco/cpython/linux-x86_64"
  cp -r include lib share "$local/"
  cp libpython3* "$local/lib/"
  # Some builds want libffi by a name that Debian no longer has.
  cp libffi.so.[0-9] "$local/lib/"
  rm -rf "$local"/lib/{engines-3,ossl-modules,pkgconfig/{libssl,libcrypto,openssl}.pc} "$local"/include/openssl
  cp "bin/python$minor" "bin/python$minor-config" "$local/bin/"
  chmod 755 "$local"/bin/* "$local"/lib/*.so*
  cd - >/dev/null
  ln -s "libpython$minor.so.1.0" "$local/lib/libpython$minor.so"
  ln -s "python$minor" "$local/bin/python3"
  ln -s python3 "$local/bin/python"
  ln -s "python$minor-config" "$local/bin/python3-config"
  # Builds of extension modules read these places from Python's own records.
  built=$(sed -n "s/.*[ {]'prefix': '\([^']*\)'.*/\1/p" "$local/lib/python$minor"/_sysconfigdata_*.py | head -n 1)
  [[ -n $built ]]
  grep -rlIF --exclude-dir=include "$built" "$local" | xargs -r sed -i "s|$built|/usr/local|g"
  find "$local" -depth \( -name test -o -name tests -o -name __pycache__ -o -name '*.a' \) -exec rm -rf {} +
  rm -rf "$local/lib/python$minor"/site-packages/{pip,setuptools,pkg_resources,_distutils_hack}* "$local/lib/python$minor/site-packages/distutils-precedence.pth"
}

python_environment() {
  local pin=python_${1/./_}
  cat <<DOCKERFILE
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV LANG=C.UTF-8
ENV PYTHON_VERSION=${!pin%%-*}
DOCKERFILE
}

python_dockerfile() {
  # The official images of 3.11 and older carry setuptools and wheel.
  local extras='' mirror poetry=''
  case $1 in 3.11) extras='"setuptools<80" wheel' ;; esac
  mirror=$(host_poetry_mirror)
  [[ -z $mirror ]] || poetry="ENV POETRY_PYPI_MIRROR_URL=$mirror
RUN python -m pip install --no-cache-dir --no-deps --root-user-action ignore poetry-plugin-pypi-mirror"
  cat <<DOCKERFILE
FROM ${base_of[$name]}
$(python_environment "$1")
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates netbase tzdata libbz2-1.0 libcrypt1 libffi8 liblzma5 libncursesw6 libreadline8 \
      libsqlite3-0 libuuid1 zlib1g && rm -rf /var/lib/apt/lists/*
COPY root/usr/local /usr/local/
RUN ldconfig && python -m ensurepip && python -m pip install --no-cache-dir --root-user-action ignore --upgrade pip $extras \
 && find /usr/local -name __pycache__ -prune -exec rm -rf {} +
$poetry
CMD ["python3"]
DOCKERFILE
}
