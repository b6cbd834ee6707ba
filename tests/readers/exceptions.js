// What a reader cannot do: with which archives, and what then is wrong. Another fault with the same archive is a fault.

/**
 * @typedef {object} Exception
 * @property {(archive: import('./archives.js').Archive) => boolean} when
 * @property {RegExp} wrong
 * @property {string} why As the table says it.
 */

const isStore = (...names) => ({ store }) => names.some((name) => store.name === name || store.name === `${name}-extension`);
const isEmpty = ({ records }) => records.length === 0;
const hasDescriptor = ({ source, records }) => source === 'folder' && records.some((record) => record.length > 16 * 1024 * 1024);

const composed = {
  when: isStore('same-when-composed'),
  wrong: /^it does not find "(é|e\u0301)"/,
  why: 'composes accents, and takes two keys that differ only in that for one',
};
const fileAndFolder = {
  when: isStore('file-and-folder'),
  wrong: /^it does not find "images\/1\.png"/,
  why: 'takes a name for a file or a folder, and never for both',
};
const prototype = { when: isStore('prototype'), wrong: /^it does not find "__proto__"/, why: 'loses a file named `__proto__`' };

/** @type {Record<string, Exception[]>} */
export const exceptions = {
  '`zip -T`': [{ when: isEmpty, wrong: /Nothing to do!/, why: 'has "nothing to do" with an empty archive' }],
  'bsdtar, a file': [composed, fileAndFolder],
  'bsdtar, standard input': [
    composed,
    fileAndFolder,
    { when: hasDescriptor, wrong: /^it finds 0 bytes of /, why: 'lists the length of a record with a data descriptor as 0' },
  ],
  'BusyBox `unzip`': [
    {
      when: isStore('beyond-ascii', 'same-when-composed', 'slashes'),
      wrong: /^it finds "[^"]*\?[^"]*", which is not there/,
      why: 'shows other letters than ASCII as question marks',
    },
  ],
  'Java `jdk.zipfs`': [fileAndFolder],
  'rubyzip `Zip::File`': [
    {
      when: ({ store }) => store.name.startsWith('signatures-'),
      wrong: /^(TypeError|NoMethodError|RangeError): /,
      why: 'takes the signature of a ZIP64 end within a record for one',
    },
  ],
  'rubyzip `Zip::InputStream`': [{ when: hasDescriptor, wrong: /^Zip::GPFBit3Error/, why: 'refuses data descriptors' }],
  'fflate `unzipSync`': [prototype],
  'node-stream-zip': [prototype, { when: isStore('colon'), wrong: /Malicious entry: ab:c/, why: 'takes a colon in a name for an attack' }],
  'unzip-stream': [{ when: isStore('odd', 'slashes'), wrong: /^it finds "(x\/)?\.", which is not there/, why: 'shortens `...` in a name' }],
  'PyPI\'s rules for uploads': [
    { when: hasDescriptor, wrong: /^a data descriptor$/, why: 'take no data descriptor: from a live folder, a record above 16 MiB has one' },
  ],
};
