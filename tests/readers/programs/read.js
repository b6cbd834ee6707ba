// Reads archives with a package of npm. README.md says what is printed.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { readers, versionOf } from './npm.js';

const [name] = process.argv.slice(2);
const read = readers[name];

let lines;
async function entry(file, body) {
  const hash = createHash('sha256');
  let length = 0;
  for await (const piece of body instanceof Uint8Array ? [body] : body) {
    hash.update(piece);
    length += piece.length;
  }
  lines.push(`entry\t${hex(file)}\t${length}\t${hash.digest('hex')}\n`);
}

const hex = (text) => Buffer.from(text).toString('hex');

// Some packages throw where it cannot be caught; the run takes what is said there for the answer.
process.on('uncaughtException', (error) => {
  process.stdout.write(`refusal\t${hex(`${error}`)}\n`, () => process.exit());
});

process.stdout.write(`version\t${versionOf(name)}\n`);
for await (const path of createInterface(process.stdin)) {
  lines = [];
  try {
    await read(path, entry);
    lines.push('end\n');
  } catch (error) {
    lines.push(`refusal\t${hex(`${error}`)}\n`);
  }
  process.stdout.write(lines.join(''));
}
