# tomcat: Apache's release from Maven Central on the Temurin stand-ins.

for tomcat_release in 11:11.0.14 10.1:10.1.49 9:9.0.100; do
  for java_version in 17 21 25; do
    image "tomcat:${tomcat_release%%:*}-jre$java_version-temurin" "eclipse-temurin:$java_version-jre" tomcat "${tomcat_release#*:}"
  done
done

# tomcat RELEASE: as the official image has it: webapps empty, the shipped ones beside it.
tomcat() {
  local archive=tomcat-$1.tar.gz home=/usr/local/tomcat
  download "$archive" "https://repo1.maven.org/maven2/org/apache/tomcat/tomcat/$1/$archive"
  unpack "$state/downloads/$archive" "$stage/tomcat"
  mv "$stage/tomcat/webapps" "$stage/tomcat/webapps.dist"
  mkdir "$stage/tomcat/webapps"
  chmod -R +rX "$stage/tomcat"
  chmod 1777 "$stage/tomcat/logs" "$stage/tomcat/temp" "$stage/tomcat/work"
  build <<DOCKERFILE
FROM ${base_of[$name]}
ENV CATALINA_HOME=$home
ENV PATH=$home/bin:/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR $home
COPY tomcat $home
EXPOSE 8080
ENTRYPOINT []
CMD ["catalina.sh", "run"]
DOCKERFILE
}
