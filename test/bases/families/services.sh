# Servers that applications talk to: Debian's PostgreSQL, Redis and MariaDB. Not for production: data is in the container,
# and PostgreSQL trusts its network when no password was given.

image postgres:17 debian:trixie-slim postgres_image
also postgres:17 postgres:latest postgres:17-trixie
image redis:8 debian:trixie-slim redis_image
also redis:8 redis:latest redis:8-trixie
image mariadb:11 debian:trixie-slim mariadb_image
also mariadb:11 mariadb:latest

# Variables as in the official image: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB.
postgres_image() {
  cat >"$stage/docker-entrypoint.sh" <<'SCRIPT'
#!/bin/sh
set -e
[ "$1" = postgres ] || exec "$@"
PGDATA=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres} method=trust
[ -z "$POSTGRES_PASSWORD" ] || method=scram-sha-256
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  printf '%s' "${POSTGRES_PASSWORD:-postgres}" > /tmp/password
  initdb -D "$PGDATA" -U "$user" --pwfile=/tmp/password --auth-host="$method" --auth-local=trust >/dev/null
  rm /tmp/password
  printf 'host all all all %s\n' "$method" >> "$PGDATA/pg_hba.conf"
  database=${POSTGRES_DB:-$user}
  [ "$database" = postgres ] ||
    printf 'CREATE DATABASE "%s"\n' "$database" | postgres --single -D "$PGDATA" postgres >/dev/null
fi
exec postgres -D "$PGDATA" -c listen_addresses='*'
SCRIPT
  chmod 755 "$stage/docker-entrypoint.sh"
  build <<'DOCKERFILE'
FROM debian:trixie-slim
RUN groupadd --system --gid 999 postgres && useradd --system --gid postgres --uid 999 --home-dir /var/lib/postgresql postgres \
 && apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-common \
 && sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-17 && rm -rf /var/lib/apt/lists/* \
 && install -d -o postgres -g postgres -m 700 /var/lib/postgresql/data && install -d -o postgres -g postgres /run/postgresql
COPY docker-entrypoint.sh /usr/local/bin/
ENV PATH=$PATH:/usr/lib/postgresql/17/bin
USER postgres
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
DOCKERFILE
}

redis_image() {
  build <<'DOCKERFILE'
FROM debian:trixie-slim
RUN groupadd --system --gid 999 redis && useradd --system --gid redis --uid 999 redis \
 && apt-get update && apt-get install -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/* \
 && install -d -o redis -g redis /data
USER redis
WORKDIR /data
EXPOSE 6379
CMD ["redis-server", "--protected-mode", "no", "--bind", "0.0.0.0"]
DOCKERFILE
}

# Variables as in the official image: MARIADB_ROOT_PASSWORD, MARIADB_DATABASE.
mariadb_image() {
  cat >"$stage/docker-entrypoint.sh" <<'SCRIPT'
#!/bin/sh
set -e
[ "$1" = mariadbd ] || exec "$@"
password=${MARIADB_ROOT_PASSWORD:-${MYSQL_ROOT_PASSWORD:-}} database=${MARIADB_DATABASE:-${MYSQL_DATABASE:-}}
if [ ! -d /var/lib/mysql/mysql ]; then
  mariadb-install-db --user=mysql --datadir=/var/lib/mysql --skip-test-db >/dev/null
  {
    # A statement a line: that is how the server reads this file.
    echo "CREATE USER root@'%' IDENTIFIED BY '$password';"
    echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
    [ -z "$database" ] || echo "CREATE DATABASE IF NOT EXISTS \`$database\`;"
  } > /tmp/first.sql
  set -- "$@" --init-file=/tmp/first.sql
fi
exec "$@"
SCRIPT
  chmod 755 "$stage/docker-entrypoint.sh"
  build <<'DOCKERFILE'
FROM debian:trixie-slim
RUN groupadd --system --gid 999 mysql && useradd --system --gid mysql --uid 999 --home-dir /var/lib/mysql mysql \
 && apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mariadb-server && rm -rf /var/lib/apt/lists/* /var/lib/mysql \
 && install -d -o mysql -g mysql /var/lib/mysql /run/mysqld
COPY docker-entrypoint.sh /usr/local/bin/
USER mysql
EXPOSE 3306
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mariadbd", "--bind-address=0.0.0.0", "--skip-name-resolve"]
DOCKERFILE
}
