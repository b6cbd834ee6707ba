// Makes the npm packages: node src/npm/pack.mjs OUT [PLATFORM[=FOLDER]...]
// A platform is one of those in kvs-records/package.json, such as linux-arm64; without any, it is this machine's. The package 'kvs-records'
// is always made. The program is what FOLDER holds; without it, 'dotnet publish' compiles what has changed since it compiled last.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wrapper = path.join(root, 'src/npm/kvs-records');
const manifest = JSON.parse(readFileSync(path.join(wrapper, 'package.json'), 'utf8'));
const version = /<Version>(.*)<\/Version>/.exec(readFileSync(path.join(root, 'Directory.Build.props'), 'utf8'))[1];
const known = Object.keys(manifest.optionalDependencies).map((name) => name.split('/')[1]);

const [out, ...asked] = process.argv.slice(2);
const platforms = (asked.length ? asked : [`${process.platform}-${process.arch}`]).map((each) => each.split(/=(.*)/s));
const unknown = platforms.map(([platform]) => platform).filter((platform) => !known.includes(platform));
if (!out || unknown.length) {
  console.error(`node src/npm/pack.mjs OUT [PLATFORM[=FOLDER]...]; a platform is one of ${known.join(', ')}${unknown.length ? `, and not ${unknown}` : ''}.`);
  process.exit(2);
}

const work = mkdtempSync(path.join(tmpdir(), 'kvs-records-pack-'));
try {
  mkdirSync(out, { recursive: true });
  packWrapper();
  platforms.forEach(([platform, folder]) => packPlatform(platform, folder ?? publish(platform)));
} finally {
  rmSync(work, { recursive: true });
}

function packWrapper() {
  const dependencies = Object.keys(manifest.optionalDependencies).map((name) => [name, version]);
  pack('kvs-records', { ...manifest, version, optionalDependencies: Object.fromEntries(dependencies) }, wrapper);
}

function packPlatform(platform, program) {
  const [os, cpu] = platform.split('-');
  pack(platform, {
    name: `@kvs-records/${platform}`,
    version,
    description: `The program of kvs-records for ${platform}`,
    license: manifest.license,
    os: [os],
    cpu: [cpu],
    ...(os === 'linux' && { libc: ['glibc'] }),
    // Yarn leaves packages zipped, and a program cannot be started from there.
    preferUnplugged: true,
  }, program, 'bin');
}

function publish(platform) {
  const rid = platform.replace('darwin', 'osx').replace('win32', 'win');
  const folder = path.join(root, 'src/KvsRecords.Server/bin/Release/net10.0', rid, 'publish');
  // What an earlier build has left there would go into the package.
  rmSync(folder, { recursive: true, force: true });
  execFileSync('dotnet', ['publish', '-c', 'Release', '-r', rid, 'src/KvsRecords.Server'], { cwd: root, stdio: 'inherit' });
  return folder;
}

function pack(name, contents, files, folder = '') {
  const stage = path.join(work, name);
  cpSync(files, path.join(stage, folder), { recursive: true });
  cpSync(path.join(root, 'LICENSE'), path.join(stage, 'LICENSE'));
  writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(contents, null, 2)}\n`);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', path.resolve(out), stage], { stdio: 'inherit', shell: process.platform === 'win32' });
}
