# Web servers: Debian's nginx (older than the tag says), the current Caddy.

image nginx:1.30 debian:trixie-slim nginx_image
also nginx:1.30 nginx:1 nginx:stable nginx:latest nginx:1.30-trixie
image nginxinc/nginx-unprivileged:1.30 nginx:1.30 nginx_unprivileged
also nginxinc/nginx-unprivileged:1.30 nginxinc/nginx-unprivileged:1 nginxinc/nginx-unprivileged:latest nginxinc/nginx-unprivileged:stable
image caddy:2 debian:trixie-slim caddy_image
core nginxinc/nginx-unprivileged:1.30

nginx_image() {
  cat >"$stage/default.conf" <<'CONF'
server {
    listen 80;
    server_name localhost;
    location / {
        root /usr/share/nginx/html;
        index index.html index.htm;
    }
    error_page 500 502 503 504 /50x.html;
    location = /50x.html { root /usr/share/nginx/html; }
}
CONF
  cat >"$stage/nginx.conf" <<'CONF'
user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log /var/log/nginx/access.log;
    sendfile on;
    keepalive_timeout 65;
    include /etc/nginx/conf.d/*.conf;
}
CONF
  # Scripts and templates in /docker-entrypoint.d and /etc/nginx/templates are run
  # and filled in before the server starts.
  cat >"$stage/docker-entrypoint.sh" <<'SCRIPT'
#!/bin/sh
set -e
if [ "$1" = nginx ]; then
  for template in /etc/nginx/templates/*.template; do
    [ -e "$template" ] || continue
    target=/etc/nginx/conf.d/$(basename "$template" .template)
    [ -w /etc/nginx/conf.d ] && envsubst "$(env | sed 's/=.*//; s/.*/${&}/' | tr '\n' ' ')" < "$template" > "$target"
  done
  for script in /docker-entrypoint.d/*.sh; do
    [ -x "$script" ] && "$script"
  done
fi
exec "$@"
SCRIPT
  chmod 755 "$stage/docker-entrypoint.sh"
  build <<'DOCKERFILE'
FROM debian:trixie-slim
RUN groupadd --system --gid 101 nginx && useradd --system --gid nginx --no-create-home --home /nonexistent --shell /bin/false --uid 101 nginx \
 && apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends nginx ca-certificates curl gettext-base && rm -rf /var/lib/apt/lists/* \
 && rm -rf /etc/nginx/sites-* /etc/nginx/conf.d/* /usr/share/nginx/html /var/www/html && mkdir -p /usr/share/nginx/html /docker-entrypoint.d \
 && printf '<!DOCTYPE html><title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>\n' | tee /usr/share/nginx/html/index.html > /usr/share/nginx/html/50x.html \
 && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log && chown -R nginx:nginx /var/lib/nginx
COPY nginx.conf /etc/nginx/nginx.conf
COPY default.conf /etc/nginx/conf.d/default.conf
COPY docker-entrypoint.sh /
ENTRYPOINT ["/docker-entrypoint.sh"]
EXPOSE 80
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
DOCKERFILE
}

nginx_unprivileged() {
  build <<'DOCKERFILE'
FROM nginx:1.30
RUN sed -i '/^user /d; s|^pid .*|pid /tmp/nginx.pid;|; s|^http {|http {\n    client_body_temp_path /tmp/client_temp;\n    proxy_temp_path /tmp/proxy_temp;\n    fastcgi_temp_path /tmp/fastcgi_temp;\n    uwsgi_temp_path /tmp/uwsgi_temp;\n    scgi_temp_path /tmp/scgi_temp;|' /etc/nginx/nginx.conf \
 && sed -i 's/listen 80;/listen 8080;/' /etc/nginx/conf.d/default.conf \
 && chown -R 101:0 /var/lib/nginx /etc/nginx && chmod -R g+w /var/lib/nginx /etc/nginx
USER 101
EXPOSE 8080
DOCKERFILE
}

caddy_image() {
  go_program github.com/caddyserver/caddy/v2@v2.11.9 cmd/caddy
  cp "$state/bin/caddy" "$stage/"
  printf ':80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n' >"$stage/Caddyfile"
  build <<'DOCKERFILE'
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates media-types && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /config/caddy /data/caddy /etc/caddy /usr/share/caddy && echo '<h1>Caddy</h1>' > /usr/share/caddy/index.html
COPY Caddyfile /etc/caddy/Caddyfile
COPY caddy /usr/bin/caddy
ENV CADDY_VERSION=v2.11.9
ENV XDG_CONFIG_HOME=/config
ENV XDG_DATA_HOME=/data
EXPOSE 80 443 443/udp 2019
WORKDIR /srv
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
DOCKERFILE
}
