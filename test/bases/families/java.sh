# eclipse-temurin and maven. Debian's OpenJDK stands in for Temurin's build, and
# Debian for Ubuntu; Maven is Apache's own release.

for java_version in 17 21 25; do
  java_suite=trixie
  # Debian 13 no longer has OpenJDK 17.
  [[ $java_version == 17 ]] && java_suite=bookworm
  image "eclipse-temurin:$java_version-jre" "debian:$java_suite-slim" temurin "$java_version" jre
  image "eclipse-temurin:$java_version-jdk" "debian:$java_suite-slim" temurin "$java_version" jdk
  also "eclipse-temurin:$java_version-jdk" "eclipse-temurin:$java_version"
  image "maven:3.9-eclipse-temurin-$java_version" "eclipse-temurin:$java_version-jdk" maven
  also "maven:3.9-eclipse-temurin-$java_version" "maven:3-eclipse-temurin-$java_version"
done
core eclipse-temurin:21-jdk eclipse-temurin:21-jre maven:3.9-eclipse-temurin-21
core eclipse-temurin:25-jre maven:3.9-eclipse-temurin-25

# java_install VERSION jre|jdk: a shell command. The certificates come before the
# runtime, whose trust store is made from them.
java_install() {
  printf 'apt-get update && export DEBIAN_FRONTEND=noninteractive && apt-get install -y --no-install-recommends ca-certificates ca-certificates-java '
  printf '&& mkdir -p /usr/share/man/man1 && apt-get install -y --no-install-recommends openjdk-%s-%s-headless fontconfig p11-kit tzdata locales%s && rm -rf /var/lib/apt/lists/*' \
    "$1" "$2" "$([[ $2 == jdk ]] && printf ' binutils')"
}

# temurin VERSION jre|jdk: Java in /opt/java/openjdk; Debian's packages stay for the
# libraries that its build links to.
temurin() {
  local home=/opt/java/openjdk command=''
  [[ $2 == jre ]] || command='CMD ["jshell"]'
  cat >"$stage/__cacert_entrypoint.sh" <<'SCRIPT'
#!/bin/sh
exec "$@"
SCRIPT
  chmod 755 "$stage/__cacert_entrypoint.sh"
  build <<DOCKERFILE
FROM ${base_of[$name]}
RUN $(java_install "$1" "$2") \
 && find /usr/lib/jvm -xtype l -delete && mkdir -p /opt/java && cp -rL /usr/lib/jvm/java-$1-openjdk-amd64 $home \
 && rm -rf /usr/lib/jvm /usr/bin/java* /etc/alternatives/java* && groupadd --gid 1000 ubuntu && useradd --uid 1000 --gid 1000 --create-home --shell /bin/bash ubuntu
ENV JAVA_HOME=$home
ENV PATH=$home/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV LANG=en_US.UTF-8 LANGUAGE=en_US:en LC_ALL=en_US.UTF-8
RUN echo 'en_US.UTF-8 UTF-8' > /etc/locale.gen && locale-gen
COPY __cacert_entrypoint.sh /
ENTRYPOINT ["/__cacert_entrypoint.sh"]
$command
DOCKERFILE
}

maven_version=3.9.16

maven() {
  local archive=apache-maven-$maven_version-bin.tar.gz
  download "$archive" "https://repo1.maven.org/maven2/org/apache/maven/apache-maven/$maven_version/$archive"
  unpack "$state/downloads/$archive" "$stage/maven"
  local settings
  settings=$(host_maven_settings)
  [[ -z $settings ]] || printf '%s\n' "$settings" >"$stage/maven/conf/settings.xml"
  printf '#!/bin/sh\nexec "$@"\n' >"$stage/mvn-entrypoint.sh"
  chmod 755 "$stage/mvn-entrypoint.sh"
  build <<DOCKERFILE
FROM ${base_of[$name]}
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates curl git openssh-client && rm -rf /var/lib/apt/lists/*
COPY maven /usr/share/maven
COPY mvn-entrypoint.sh /usr/local/bin/
RUN ln -s /usr/share/maven/bin/mvn /usr/bin/mvn && mkdir -p /root/.m2
ENV MAVEN_HOME=/usr/share/maven
ENV MAVEN_CONFIG=/root/.m2
ENTRYPOINT ["/usr/local/bin/mvn-entrypoint.sh"]
CMD ["mvn"]
DOCKERFILE
}
