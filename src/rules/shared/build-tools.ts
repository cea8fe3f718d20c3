const tools = new Set([
  "build-essential", "build-base", "gcc", "g++", "cpp", "clang", "llvm", "make", "cmake", "automake", "autoconf", "libtool",
  "ninja-build", "meson", "musl-dev", "libc-dev", "libc6-dev", "linux-headers", "gfortran", "rustc", "cargo", "golang",
  "golang-go", "default-jdk", "maven", "gradle", "gcc-c++", "base-devel", "binutils", "bison", "flex", "nasm", "yasm",
  "python3-dev", "python-dev", "pkg-config", "pkgconf", "dpkg-dev", "alpine-sdk", "devscripts", "node-gyp",
]); // biome-ignore format: a list
const patterns =
  /^(?:gcc|g\+\+|clang|llvm)-\d+$|^openjdk-\d+-jdk(?:-headless)?$|^java-\d[\w.]*-openjdk-devel$/;

/** The name of a system package without its version: `gcc=4:14.*` is `gcc`. */
export function barePackage(text: string): string {
  return text.replace(/[=~<>].*$/, "");
}

/** True for a package of compilers or build tools, with or without a version. */
export function isBuildTool(text: string): boolean {
  const name = barePackage(text);
  return tools.has(name) || patterns.test(name);
}
