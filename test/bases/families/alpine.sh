# Alpine by name only: Debian's musl and BusyBox lay out the userland (ash, wget,
# /lib/ld-musl), a script of ours adds adduser and addgroup. There is no apk and nothing that apk would install,
# so no Node.js and no Python: their builds for musl are in no package registry.

image alpine:3.24 debian:trixie-slim alpine_image
also alpine:3.24 alpine:3 alpine:latest
image busybox:1.37 debian:trixie-slim busybox_image
also busybox:1.37 busybox:1 busybox:latest busybox:musl busybox:1.37-musl
for go_minor in 1.26 1.27; do
  image "golang:$go_minor-alpine" alpine:3.24 golang_alpine "$go_minor"
  also "golang:$go_minor-alpine" "golang:$go_minor-alpine3.24"
done
also golang:1.27-alpine golang:1-alpine golang:alpine
core alpine:3.24 golang:1.27-alpine

# busybox_root: a stage `root` whose /root holds BusyBox with all its applets.
busybox_root() {
  cat <<'DOCKERFILE'
FROM debian:trixie-slim AS root
RUN apt-get update && apt-get install -y --no-install-recommends busybox-static musl \
 && mkdir -p /root/bin /root/sbin /root/usr/bin /root/usr/sbin /root/etc /root/tmp /root/root /root/home /root/dev /root/proc /root/var/tmp \
 && chmod 1777 /root/tmp /root/var/tmp && chmod 700 /root/root && cp /bin/busybox /root/bin/busybox \
 && for path in $(busybox --list-full); do case $path in *busybox) ;; *) mkdir -p "/root/$(dirname "$path")"; ln -sf /bin/busybox "/root/$path" ;; esac; done \
 && printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n' > /root/etc/passwd \
 && printf 'root:x:0:root\nnogroup:x:65533:\nnobody:x:65534:\n' > /root/etc/group && printf 'root:*::0:::::\nnobody:!::0:::::\n' > /root/etc/shadow
DOCKERFILE
}

busybox_image() { { busybox_root && printf 'FROM scratch\nCOPY --from=root /root/ /\nCMD ["sh"]\n'; } | build; }

alpine_image() {
  cp "$bases/alpine/adduser" "$stage/"
  {
    busybox_root
    cat <<DOCKERFILE
COPY --chmod=755 adduser /root/usr/sbin/adduser
RUN ln -s adduser /root/usr/sbin/addgroup && mkdir -p /root/lib /root/etc/ssl/certs && cp -L /lib/ld-musl-x86_64.so.1 /root/lib/ \
 && ln -s ld-musl-x86_64.so.1 /root/lib/libc.musl-x86_64.so.1 && cp $bundle /root$bundle && ln -s certs/ca-certificates.crt /root/etc/ssl/cert.pem \
 && printf 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.24.0\nPRETTY_NAME="Alpine Linux v3.24"\n' > /root/etc/os-release && echo 3.24.0 > /root/etc/alpine-release
FROM scratch
COPY --from=root /root/ /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
$(host_environment | sed 's/^/ENV /')
CMD ["/bin/sh"]
DOCKERFILE
  } | build
}

golang_alpine() {
  golang_files "$1"
  { golang_dockerfile_head; golang_dockerfile; } | build
}
