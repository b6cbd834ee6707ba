// What a reader cannot do, with no archive of this kind or only with ours as they must be. Each is said in the table.

/** @typedef {{ when: (archive: import('./archives.js').Archive) => boolean, why: string }} Exception */

const isStore = (...names) => ({ store }) => names.some((name) => store.name === name || store.name === `${name}-extension`);
const isEmpty = ({ records }) => records.length === 0;
const hasDescriptor = ({ source, records }) => source === 'folder' && records.some((record) => record.length > 16 * 1024 * 1024);

const composed = { when: isStore('same-when-composed'), why: 'composes accents, and takes two keys that differ only in that for one' };
const fileAndFolder = { when: isStore('file-and-folder'), why: 'takes a name for a file or a folder, and never for both' };
const prototype = { when: isStore('prototype'), why: 'loses a file named `__proto__`' };

/** @type {Record<string, Exception[]>} */
export const exceptions = {
  '`zip -T`': [{ when: isEmpty, why: 'has "nothing to do" with an empty archive' }],
  'bsdtar, a file': [composed, fileAndFolder],
  'bsdtar, standard input': [composed, fileAndFolder, { when: hasDescriptor, why: 'lists the length of a record with a data descriptor as 0' }],
  'BusyBox `unzip`': [
    { when: isStore('beyond-ascii', 'same-when-composed', 'slashes'), why: 'shows other letters than ASCII as question marks (the contents are right)' },
  ],
  'Java `jdk.zipfs`': [fileAndFolder],
  'rubyzip `Zip::File`': [{ when: ({ store }) => store.name.startsWith('signatures-'), why: 'takes the signature of a ZIP64 end within a record for one' }],
  'rubyzip `Zip::InputStream`': [{ when: hasDescriptor, why: 'refuses data descriptors' }],
  'fflate `unzipSync`': [prototype],
  'node-stream-zip': [prototype, { when: isStore('colon'), why: 'takes a colon in a name for an attack' }],
  'unzip-stream': [{ when: isStore('odd', 'slashes'), why: 'shortens `...` in a name' }],
  'PyPI\'s rules for uploads': [{ when: hasDescriptor, why: 'take no data descriptor: from a live folder, a record above 16 MiB has one' }],
};
