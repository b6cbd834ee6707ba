// The native program. It comes in a package for each platform, of which npm installs the one that fits.
'use strict';

const minGlibc = [2, 34];
const platform = `${process.platform}-${process.arch}`;
const packages = Object.keys(require('./package.json').optionalDependencies);

/** Gives the path of the program, or throws an error that names the cause and what to do. */
exports.findProgram = function findProgram() {
  if (process.env.KVS_RECORDS_BINARY) return process.env.KVS_RECORDS_BINARY;
  const name = `@kvs-records/${platform}`;
  try {
    return require.resolve(`${name}/bin/kvs-records${process.platform === 'win32' ? '.exe' : ''}`);
  } catch {
    throw new Error(`kvs-records: ${whyMissing(name)}\n${otherWays}`);
  }
};

/** Says that the C library does not fit; an empty text where it does. Asked only after a failure, since the report takes 20 ms. */
exports.explainLibc = function explainLibc() {
  if (process.platform !== 'linux') return '';
  const version = process.report.getReport().header.glibcVersionRuntime;
  const [major, minor] = (version ?? '0.0').split('.').map(Number);
  if (major > minGlibc[0] || (major === minGlibc[0] && minor >= minGlibc[1])) return '';
  const present = version ? `glibc ${version}` : 'another C library, such as musl';
  return `The program needs glibc ${minGlibc.join('.')} or later (Debian 12, Ubuntu 22.04, RHEL 9), and this system has ${present}.`;
};

const otherWays = 'Other ways to run it: set KVS_RECORDS_BINARY to the path of a program that you have, use the container, or use the .NET tool '
  + "(docs/install.md in KvsRecords' repository).";

function whyMissing(name) {
  if (!packages.includes(name)) return `there is no program for ${platform}. There are: ${packages.join(', ')}.`;
  const libc = exports.explainLibc();
  if (libc) return `the package ${name} is not installed. ${libc}`;
  return `the package ${name} is not installed. The usual causes:
- npm left out optional dependencies (--no-optional, --omit=optional, or the same in .npmrc): install without that.
- node_modules or the lock file comes from another platform: delete both, and run 'npm install' here.`;
}
