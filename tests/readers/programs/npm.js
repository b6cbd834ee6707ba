// How each package of npm reads an archive. It says 'entry(name, body)' of every file; a body is bytes, or something that gives them.
import { once } from 'node:events';
import { closeSync, createReadStream, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);
const manifest = require('../package.json');

/** @returns {string} The version of the package that a reader is of. */
export const versionOf = (reader) => manifest.devDependencies[reader.split(' ')[0]];

export const readers = {
  async 'yauzl'(path, entry) {
    const zip = await require('yauzl').openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
    const open = promisify(zip.openReadStream.bind(zip));
    for await (const file of zip.eachEntry()) await entry(file.fileName, await open(file));
    zip.close();
  },

  async 'adm-zip'(path, entry) {
    const AdmZip = require('adm-zip');
    for (const file of new AdmZip(path).getEntries()) await entry(file.entryName, file.getData());
  },

  async 'jszip'(path, entry) {
    const zip = await require('jszip').loadAsync(readFileSync(path), { checkCRC32: true });
    for (const file of Object.values(zip.files)) await entry(file.unsafeOriginalName ?? file.name, await file.async('nodebuffer'));
  },

  async 'fflate unzipSync'(path, entry) {
    const { unzipSync } = require('fflate');
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(path)))) await entry(name, bytes);
  },

  async 'fflate Unzip'(path, entry) {
    const { Unzip, UnzipInflate } = require('fflate');
    const entries = [];
    const zip = new Unzip((file) => {
      const body = new PassThrough();
      entries.push(entry(file.name, body));
      file.ondata = (error, data, isLast) => {
        if (error) throw error;
        body.write(data);
        if (isLast) body.end();
      };
      file.start();
    });
    zip.register(UnzipInflate);
    for await (const piece of createReadStream(path)) {
      zip.push(piece);
      await setImmediate(); // So that bodies go on to be read meanwhile.
    }
    zip.push(new Uint8Array(0), true);
    await Promise.all(entries);
  },

  async 'node-stream-zip'(path, entry) {
    const StreamZip = require('node-stream-zip');
    const zip = new StreamZip.async({ file: path });
    for (const file of Object.values(await zip.entries())) await entry(file.name, await zip.stream(file));
    await zip.close();
  },

  async '@zip.js/zip.js'(path, entry) {
    const { Reader, ZipReader, configure } = await import('@zip.js/zip.js');
    configure({ useWebWorkers: false });
    // Node's blobs of files are slow, and have the length of the file modulo 4 GiB.
    class FileReader extends Reader {
      #file = openSync(path);
      size = fstatSync(this.#file).size;

      readUint8Array(offset, length) {
        const bytes = new Uint8Array(length);
        return bytes.subarray(0, readSync(this.#file, bytes, 0, length, offset));
      }

      close() {
        closeSync(this.#file);
      }
    }
    const source = new FileReader();
    const zip = new ZipReader(source, { checkSignature: true });
    for await (const file of zip.getEntriesGenerator()) {
      const body = new TransformStream();
      await Promise.all([file.getData(body.writable), entry(file.filename, body.readable)]);
    }
    await zip.close();
    source.close();
  },

  async 'unzipper Open'(path, entry) {
    const zip = await require('unzipper').Open.file(path);
    for (const file of zip.files) await entry(file.path, file.stream());
  },

  async 'unzipper Parse'(path, entry) {
    const files = createReadStream(path).pipe(require('unzipper').Parse({ forceStream: true }));
    for await (const file of files) await entry(file.path, file);
  },

  async 'unzip-stream'(path, entry) {
    const entries = [];
    const files = createReadStream(path).pipe(require('unzip-stream').Parse());
    files.on('entry', (file) => entries.push(entry(file.path, file)));
    await once(files, 'close');
    await Promise.all(entries);
  },
};
