const systems = new Set(
  "aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris windows zos".split(
    " ",
  ),
);
const architectures = new Set([
  ..."386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le".split(
    " ",
  ),
  ..."mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm".split(" "),
  ..."i386 x86_64 x86-64 aarch64 armhf armel".split(" "),
]);
const SYSTEM = /^([\w-]+)(?:\([\w.%-]*(?:\+[\w.%-]+)*\))?$/;
const PART = /^[\w.-]+$/;

/**
 * True when BuildKit can read the text as a platform: `os/architecture[/variant]`, any words, or one word that is a
 * known operating system or architecture (containerd's platform specifiers).
 */
export function isPlatform(text: string): boolean {
  const [system = "", ...rest] = text.split("/");
  const named = SYSTEM.exec(system)?.[1]?.toLowerCase();
  if (rest.length > 0) return rest.length < 3 && named !== undefined && rest.every((part) => PART.test(part));
  return (named !== undefined && systems.has(named)) || architectures.has(system.toLowerCase());
}
