// Readers that are libraries: a program in their language reads many archives in one process. README.md says what it prints.
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { start } from './processes.js';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const script = (name) => here(`programs/${name}`);
const build = process.env.READERS_BUILD;
const dotnet = here('../KvsRecords.DotNetReaders/bin/Release/net10.0/KvsRecords.DotNetReaders.dll');

const java = (reader) => ['java', '-Xmx512m', '-cp', build, 'Read', reader];
const npm = (reader) => [process.execPath, script('read.js'), reader];
const net = (reader) => ['dotnet', dotnet, reader];
const ruby = (reader) => ['ruby', script('read.rb'), reader];

/** @type {{ name: string, command: string[] }[]} */
export const programs = [
  { name: 'Python `zipfile`', command: ['python3', '-I', script('read.py')] },
  { name: 'Java `ZipFile`', command: java('ZipFile') },
  { name: 'Java `ZipInputStream`', command: java('ZipInputStream') },
  { name: 'Java `jdk.zipfs`', command: java('jdk.zipfs') },
  { name: 'Go `archive/zip`', command: [`${build}/read`] },
  { name: '.NET `ZipFile`', command: net('System.IO.Compression') },
  { name: 'SharpZipLib `ZipFile`', command: net('SharpZipLib ZipFile') },
  { name: 'SharpZipLib `ZipInputStream`', command: net('SharpZipLib ZipInputStream') },
  { name: 'SharpCompress `ZipArchive`', command: net('SharpCompress ZipArchive') },
  { name: 'SharpCompress `ZipReader`', command: net('SharpCompress ZipReader') },
  { name: 'Perl `Archive::Zip`', command: ['perl', script('read.pl')] },
  { name: 'rubyzip `Zip::File`', command: ruby('Zip::File') },
  { name: 'rubyzip `Zip::InputStream`', command: ruby('Zip::InputStream') },
  { name: 'yauzl', command: npm('yauzl') },
  { name: 'adm-zip', command: npm('adm-zip') },
  { name: 'jszip', command: npm('jszip') },
  { name: 'fflate `unzipSync`', command: npm('fflate unzipSync') },
  { name: 'fflate `Unzip`', command: npm('fflate Unzip') },
  { name: 'node-stream-zip', command: npm('node-stream-zip') },
  { name: '@zip.js/zip.js', command: npm('@zip.js/zip.js') },
  { name: 'unzipper `Open`', command: npm('unzipper Open') },
  { name: 'unzipper `Parse`', command: npm('unzipper Parse') },
  { name: 'unzip-stream', command: npm('unzip-stream') },
];

/**
 * @param {string[]} command
 * @param {import('./archives.js').Archive[]} archives
 * @returns {Promise<{ version: string, outcomes: import('./check.js').Outcome[] }>}
 */
export async function readAll(command, archives) {
  const outcomes = [];
  let version;
  while (outcomes.length < archives.length) {
    const left = archives.slice(outcomes.length);
    const before = outcomes.length;
    const end = await readMost(command, left, outcomes, (text) => (version = text));
    if (!version) throw new Error(`"${command.join(' ')}" does not work: ${end}`);
    // It ended in the middle: that is what it says of this archive, and the others are read by another one.
    if (outcomes.length < archives.length && (outcomes.length === before || !outcomes.at(-1).refusal)) outcomes.push({ refusal: end });
  }
  return { version, outcomes };
}

async function readMost(command, archives, outcomes, saysVersion) {
  const { child, ended, takesNext } = start(command, 'pipe');
  ended.catch(() => {});
  const errors = text(child.stderr);
  child.stdin.on('error', () => {}); // It may have ended.
  child.stdin.end(archives.map((archive) => `${archive.path}\n`).join(''));

  let entries = [];
  for await (const line of createInterface(child.stdout)) {
    const [kind, first, size, sha256] = line.split('\t');
    if (kind === 'entry') entries.push({ name: unhex(first), size: Number(size), sha256 });
    else if (kind === 'version') saysVersion(first);
    else if (kind === 'end' || kind === 'refusal') {
      outcomes.push(kind === 'end' ? { entries } : { refusal: unhex(first) });
      entries = [];
      takesNext();
    }
  }
  const code = await ended;
  return `${(await errors).trim().split('\n').slice(-3).join(' ')} (ended with ${code})`;
}

const unhex = (text) => Buffer.from(text, 'hex').toString();
