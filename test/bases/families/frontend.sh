# docker/dockerfile:1, so that `# syntax=docker/dockerfile:1` finds the current
# Dockerfile frontend, built from BuildKit's own source.

# The newest releases whose dependencies the Go module proxy all serves.
buildkit_module=github.com/moby/buildkit@v0.33.1
frontend_module=github.com/moby/buildkit@v0.34.1

image docker/dockerfile:1 - dockerfile_frontend
also docker/dockerfile:1 docker/dockerfile:latest
core docker/dockerfile:1

dockerfile_frontend() {
  go_program "$frontend_module" frontend/dockerfile/cmd/dockerfile-frontend
  cp "$state/bin/dockerfile-frontend" "$stage/"
  build <<'DOCKERFILE'
FROM scratch
LABEL moby.buildkit.frontend.network.none="true"
LABEL moby.buildkit.frontend.caps="moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts"
COPY dockerfile-frontend /bin/dockerfile-frontend
ENTRYPOINT ["/bin/dockerfile-frontend"]
DOCKERFILE
}
