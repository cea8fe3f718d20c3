// What the client reads itself: such a value must not reach its own environment.
const ownOfClient =
  /^(?:PATH|HOME|USER|LANG|TERM|TMPDIR|KUBECONFIG|GODEBUG|GOGC|GOMAXPROCS|GOMEMLIMIT|GOTRACEBACK|(?:DOCKER|DOCKWRIGHT|BUILDX|BUILDKIT|CONTAINER|SSL|SSH|LD|DYLD|XDG|OTEL|LC|EXPERIMENTAL)_.*|.*_proxy)$/i;

/**
 * Adds variables to a client's arguments by name alone, and their values to the environment it starts with, which no
 * list of processes shows. Those the client reads itself stand in the arguments with their value.
 */
export function passVariables(
  flag: "--env" | "--build-arg",
  values: Readonly<Record<string, string>>,
  args: string[],
  env: Record<string, string>,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (ownOfClient.test(name)) args.push(flag, `${name}=${value}`);
    else {
      env[name] = value;
      args.push(flag, name);
    }
  }
}
