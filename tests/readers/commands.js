// Readers that are programs of the command line. Most list an archive and unpack it to their output, record after record.
import { createHash } from 'node:crypto';
import { run } from './processes.js';

/**
 * Lists with one command and unpacks with another.
 * @param {object} of
 * @param {(archive: import('./archives.js').Archive) => string[]} of.list
 * @param {RegExp} of.entry What it prints of an entry, with the groups "name" and "size".
 * @param {(archive: import('./archives.js').Archive) => string[]} [of.unpack] All contents, one after the other; without it only the list is compared.
 */
const lister = ({ list, entry, unpack, may }) => async (archive) => {
  const listing = await run(list(archive));
  const entries = [...listing.output.matchAll(entry)].map(({ groups }) => ({ name: groups.name, size: Number(groups.size) }));
  if (!succeeded(listing, archive, may)) return { refusal: whatItSays(listing) };
  if (!unpack || entries.length === 0) return { entries };

  const unpacking = await run(unpack(archive), { read: (output) => hashEach(entries, output) });
  return succeeded(unpacking, archive, may) ? { entries: unpacking.output } : { refusal: whatItSays(unpacking) };
};

/** Only says whether it is content. */
const tester = (command) => async (archive) => {
  const test = await run(command(archive));
  return test.code === 0 ? {} : { refusal: whatItSays(test) };
};

/** bsdtar makes a list with checksums itself, from the archive as a file or, as "-", from its standard input. */
const bsdtar = (isStreamed) => async (archive) => {
  const from = isStreamed ? '@-' : `@${archive.path}`;
  const list = await run(['bsdtar', '-cf', '-', '--format=mtree', '--options=!all,size,sha256', from], { input: isStreamed ? archive.path : undefined });
  if (list.code !== 0) return { refusal: whatItSays(list) };
  const lines = list.output.matchAll(/^\.\/(?<name>\S+) size=(?<size>\d+) sha256digest=(?<sha256>\w+)$/gm);
  return { entries: [...lines].map(({ groups }) => ({ ...groups, name: unescaped(groups.name), size: Number(groups.size) })) };
};

/** It names every byte; what it does not expect it says in between, or it stops. */
const zipdetails = async (archive) => {
  const details = await run(['zipdetails', archive.path]);
  const lines = details.output.split('\n').filter((line) => !line.includes(' Filename '));
  const complaint = details.errors || lines.find((line) => /error|warning|unexpected|unknown|invalid|corrupt|trailing|prefix|overlap|duplicate/i.test(line));
  if (details.code !== 0 || complaint) return { refusal: complaint ?? whatItSays(details) };
  const headers = lines.filter((line) => line.includes(' CENTRAL HEADER #')).length;
  return headers === archive.records.length ? {} : { refusal: `It finds ${headers} entries instead of ${archive.records.length}.` };
};

/**
 * @typedef {object} Command
 * @property {string} name
 * @property {[string[], RegExp]} version
 * @property {(archive: import('./archives.js').Archive) => Promise<import('./check.js').Outcome>} read
 * @property {(archive: import('./archives.js').Archive) => boolean} [isSlowWith] It takes minutes.
 *
 * @type {Command[]}
 */
export const commands = [
  {
    name: 'unzip',
    version: [['unzip', '-v'], /^UnZip (\S+)/],
    read: lister({
      list: ({ path }) => ['unzip', '-l', path],
      entry: /^ *(?<size>\d+)  \d{4}-\d\d-\d\d \d\d:\d\d   (?<name>.+)$/gm,
      unpack: ({ path }) => ['unzip', '-p', path],
      may: { code: 1, say: /zipfile is empty/ },
    }),
  },
  {
    name: 'zipinfo',
    version: [['unzip', '-v'], /^UnZip (\S+)/],
    read: lister({
      list: ({ path }) => ['zipinfo', '-l', path],
      entry: /^-rw-r--r-- +\d\.\d unx +(?<size>\d+) [bt][-lxX] +\d+ (?:stor|def.) \S+ \d\d:\d\d (?<name>.+)$/gm,
      may: { code: 1, say: /Empty zipfile/ },
    }),
  },
  { name: '`zip -T`', version: [['zip', '-v'], /This is Zip (\S+)/], read: tester(({ path }) => ['zip', '-T', path]) },
  {
    name: '7z',
    version: [['7z', 'i'], /^7-Zip.* (\d+\.\d+)/m],
    read: lister({
      list: ({ path }) => ['7z', 'l', '-slt', '-ba', path],
      entry: /^Path = (?<name>.+)\nFolder = -\nSize = (?<size>\d+)$/gm,
      unpack: ({ path }) => ['7z', 'x', '-so', path],
    }),
  },
  { name: 'bsdtar, a file', version: [['bsdtar', '--version'], /libarchive (\S+)/], read: bsdtar(false) },
  { name: 'bsdtar, standard input', version: [['bsdtar', '--version'], /libarchive (\S+)/], read: bsdtar(true) },
  {
    name: 'ziptool (libzip)',
    version: [['zipcmp', '-V'], /^zipcmp.* (\d[\d.]+)\)?$/m],
    read: lister({
      list: ({ path, records }) => ['ziptool', path, ...records.flatMap((_, i) => ['stat', `${i}`]), 'get_num_entries', '0'],
      entry: /^name: '(?<name>.*)'\nindex: '\d+'\nsize: '(?<size>\d+)'$/gm,
      unpack: ({ path, records }) => ['ziptool', path, ...records.flatMap((_, i) => ['cat', `${i}`])],
    }),
  },
  {
    name: 'BusyBox `unzip`',
    version: [['busybox'], /^BusyBox v(\S+)/],
    read: lister({
      list: ({ path }) => ['busybox', 'unzip', '-l', path],
      entry: /^ *(?<size>\d+)  \d\d-\d\d-\d{4} \d\d:\d\d   (?<name>.+)$/gm,
      unpack: ({ path }) => ['busybox', 'unzip', '-p', path],
    }),
  },
  {
    name: 'zipdetails',
    version: [['zipdetails', '--version'], /^(\S+)/],
    read: zipdetails,
    // It compares each entry with every one before.
    isSlowWith: ({ records }) => records.length > 5000,
  },
];

const succeeded = ({ code, output, errors }, { records }, may) =>
  code === 0 || (records.length === 0 && code === may?.code && (may.say.test(errors) || may.say.test(output)));

const whatItSays = ({ code, output, errors }) =>
  `${`${errors || (typeof output === 'string' ? output : '')}`.trim().split('\n').slice(-3).join(' ')} (ended with ${code})`;

const unescaped = (name) => Buffer.from(name.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))), 'latin1').toString();

/** Cuts what a program unpacks into the records that it listed. */
async function hashEach(entries, output) {
  let next = 0;
  let left = 0;
  let hash;
  const hashed = [];
  const goOn = () => {
    while (left === 0 && (hash || next < entries.length)) {
      if (hash) hashed.push({ ...entries[next++], sha256: hash.digest('hex') });
      hash = next < entries.length ? createHash('sha256') : undefined;
      left = entries[next]?.size ?? 0;
    }
  };
  goOn();
  let more = 0;
  for await (let piece of output) {
    while (hash && piece.length > 0) {
      hash.update(piece.subarray(0, left));
      const now = Math.min(left, piece.length);
      piece = piece.subarray(now);
      left -= now;
      goOn();
    }
    more += piece.length;
  }
  return more === 0 ? hashed : [...hashed, { name: 'more than it listed', size: more }];
}
