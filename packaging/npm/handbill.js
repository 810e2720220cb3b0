#!/usr/bin/env node
// Runs the program that npm installed with this package. Each system has a package of its own, of which npm installs
// the one that fits: see `optionalDependencies` in package.json. Nothing is downloaded here or at installation.

"use strict";

const { spawn } = require("node:child_process");

const name = `handbill-${process.platform}-${process.arch}`;
const program = process.platform === "win32" ? "handbill.exe" : "handbill";

function locate() {
  try {
    return require.resolve(`${name}/${program}`);
  } catch {
    const packages = Object.keys(require("./package.json").optionalDependencies);
    console.error(
      packages.includes(name)
        ? `error: the package \`${name}\` is not installed\n` +
            "help: install again, without `--omit=optional` or `--no-optional`"
        : `error: there is no package of handbill for ${process.platform} on ${process.arch}\n` +
            "help: with Rust installed, `cargo install handbill` compiles it",
    );
    process.exit(2);
  }
}

const child = spawn(locate(), process.argv.slice(2), { stdio: "inherit" });

// Ctrl-C reaches the program from the terminal by itself; what is sent to this process alone is passed on. Either way
// this process ends after the program does, and as it did.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));

child.on("error", (error) => {
  const musl =
    error.code === "ENOENT" && process.platform === "linux"
      ? "\nhelp: the program needs glibc, which Alpine Linux does not have; use an image of Debian"
      : "";
  console.error(`error: the program cannot be started: ${error.message}${musl}`);
  process.exitCode = 2;
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
