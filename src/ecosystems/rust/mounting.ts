import { mountsBelow, type RouteSight } from "../health-path.ts";

const registers = /\.(?:route|at|service)\(|#\[(?:get|head|route)\(|warp::path|\bget\(|Router::with_path/;
const below = /\.nest(?:_service)?\(\s*"\/\w|\bscope\(\s*"\/?\w|\.mount\(\s*"\/\w/;

/** Where a Rust route is mounted: known only where nothing in the crate is nested below a path. */
export function rustMounting({ project, call }: RouteSight): string | undefined {
  return registers.test(call) && !mountsBelow(project, [".rs"], below) ? "" : undefined;
}
