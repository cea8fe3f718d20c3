# Releases of Node.js past their end that projects still name, made as node.sh makes the others, on today's Debian.

image node:16-slim debian:bookworm-slim node_slim 16 8
image node:18-slim debian:bookworm-slim node_slim 18 10
image node:20-slim debian:bookworm-slim node_slim 20 10
image node:23-slim debian:bookworm-slim node_slim 23 10
