import type { Step } from "../plan/types.ts";

/** The user a container runs as: numbers, because Kubernetes' runAsNonRoot cannot check a name. */
export interface RuntimeUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  /** False when the base image has it already. */
  readonly create: boolean;
}

/** The default: above every id that base images give out (node and ubuntu have 1000, nobody 65534). */
export function applicationUser(uid = 10001): RuntimeUser {
  return { uid, gid: uid, name: "app", create: true };
}

/** Distroless images' own `nonroot`. */
export const nonroot: RuntimeUser = { uid: 65532, gid: 65532, name: "nonroot", create: false };

/** `uid:gid` for --chown and USER. */
export function owner(user: RuntimeUser): string {
  return `${user.uid}:${user.gid}`;
}

/** The steps that make the user (where needed) and switch to it. */
export function userSteps(user: RuntimeUser, family: "debian" | "alpine", home: string): readonly Step[] {
  const create: readonly Step[] = user.create
    ? [{ kind: "createUser", name: user.name, uid: user.uid, gid: user.gid, family, home, why: "" }]
    : [];
  return [
    ...create,
    {
      kind: "user",
      uid: user.uid,
      gid: user.gid,
      name: user.name,
      why: user.create ? "" : `${user.name} of the base image, by number: runAsNonRoot cannot check a name`,
    },
  ];
}
