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
const isOver4GiB = isStore('archive-over-4-gib');
const hasRecordOver4GiB = isStore('record-over-4-gib');

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
const wholeFile = {
  when: isOver4GiB,
  wrong: /^RangeError \[ERR_FS_FILE_TOO_LARGE\]/,
  why: 'takes the whole archive into memory: Node reads up to 2 GiB at once',
};
const modulo4GiB = (wrong) => ({ when: hasRecordOver4GiB, wrong, why: 'has the length of a record modulo 4 GiB' });
// So .NET writes it: only the data descriptor shows that it has sizes of 8 bytes, and not the header before the record.
const wideDescriptor = (wrong) => ({
  when: (archive) => archive.source === 'folder' && hasRecordOver4GiB(archive),
  wrong,
  why: 'takes the sizes in a data descriptor for 4 bytes long, where no ZIP64 field is in front of the record',
});
// Four given bytes are to be expected once in 4 GiB of noise.
const signatureInRecord = (wrong) => ({
  when: (archive) => archive.source === 'folder' && isOver4GiB(archive),
  wrong,
  why: 'takes the signature of a data descriptor within a record for one',
});

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
    { when: isOver4GiB, wrong: /^unzip: short read/, why: 'has no offsets of ZIP64' },
    { when: hasRecordOver4GiB, wrong: /^it finds 4294967295 bytes of "big"/, why: 'has no sizes of ZIP64' },
  ],
  'zipdetails': [
    wideDescriptor(/^WARNING!$/),
    { when: isStore('zip64-by-count'), wrong: /after 30 minutes\)$/, why: 'compares each record with all before it, and was not done with 70,000 after 30 minutes' },
  ],
  'Java `jdk.zipfs`': [fileAndFolder],
  'Perl `Archive::Zip`': [wideDescriptor(/^big is broken\nIO error: reading header signature/)],
  'rubyzip `Zip::File`': [
    {
      when: ({ store }) => store.name.startsWith('signatures-'),
      wrong: /^(TypeError|NoMethodError|RangeError): /,
      why: 'takes the signature of a ZIP64 end within a record for one',
    },
  ],
  'rubyzip `Zip::InputStream`': [{ when: hasDescriptor, wrong: /^Zip::GPFBit3Error/, why: 'refuses data descriptors' }],
  'adm-zip': [wholeFile, modulo4GiB(/Cannot create a Buffer larger than 12345 bytes/)],
  'jszip': [wholeFile, modulo4GiB(/uncompressed data size mismatch/)],
  'fflate `unzipSync`': [
    prototype,
    wholeFile,
    { when: hasRecordOver4GiB, wrong: /Array buffer allocation failed/, why: 'takes the whole record into memory, of which the run gives 4 GiB' },
  ],
  'fflate `Unzip`': [signatureInRecord(/unexpected EOF/)],
  'node-stream-zip': [prototype, { when: isStore('colon'), wrong: /Malicious entry: ab:c/, why: 'takes a colon in a name for an attack' }],
  'unzipper `Parse`': [signatureInRecord(/unexpected end of file/), wideDescriptor(/invalid signature: 0x3039/)],
  'unzip-stream': [{ when: isStore('odd', 'slashes'), wrong: /^it finds "(x\/)?\.", which is not there/, why: 'shortens `...` in a name' }],
  'PyPI\'s rules for uploads': [
    { when: hasDescriptor, wrong: /^a data descriptor$/, why: 'take no data descriptor: from a live folder, a record above 16 MiB has one' },
  ],
};
