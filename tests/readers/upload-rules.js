// The strictest public rules for a ZIP file: those by which PyPI takes one, here put more strictly. What they are for: a reader that goes
// from the first byte to the last and one that goes by the central directory must find the same, and nothing can hide between.
import { Cursor } from './cursor.js';

const zip64 = 0x0001;
const unicodePath = 0x7075;
const zip64Version = 45;
const masked = 0xffffffff;

class Refused extends Error {}

function must(condition, message) {
  if (!condition) throw new Refused(message);
}

/** @returns {string | null} The first rule that the file breaks. */
export function whyRefused(path) {
  const cursor = new Cursor(path);
  try {
    new Walk(cursor).toTheEnd();
    return null;
  } catch (error) {
    if (error instanceof Refused || error instanceof RangeError) return error.message;
    throw error;
  } finally {
    cursor.close();
  }
}

/** Goes through a file: local headers with their bodies, the central directory, the end. Anything else in between is refused. */
class Walk {
  #cursor;
  #locals = new Map();
  #found = 0; // In the central directory.
  #directory; // Where it begins.

  constructor(cursor) {
    this.#cursor = cursor;
  }

  toTheEnd() {
    while (this.#record(this.#cursor.position, this.#cursor.take(4).readUInt32LE()));
    must(this.#cursor.isAtEnd, 'something comes after the end');
  }

  /** @returns {boolean} Whether there is more. */
  #record(start, signature) {
    switch (signature) {
      case 0x04034b50:
        must(this.#directory === undefined, `a local header at ${start}, behind the central directory`);
        this.#local(start);
        return true;
      case 0x02014b50:
        this.#directory ??= start;
        this.#central();
        return true;
      case 0x06064b50:
        this.#directory ??= start;
        this.#zip64End(start);
        return false;
      case 0x06054b50:
        this.#directory ??= start;
        this.#end(start);
        return false;
      default:
        throw new Refused(`bytes at ${start} that belong to nothing`);
    }
  }

  #local(start) {
    const header = Buffer.from(this.#cursor.take(26));
    const flags = header.readUInt16LE(2);
    must((flags & 0x0008) === 0, 'a data descriptor');
    must((flags & 0x0001) === 0, 'encryption');
    const name = this.#name(header.readUInt16LE(22));
    const sizes = this.#sizes(header.readUInt16LE(24), { length: header.readUInt32LE(18), packed: header.readUInt32LE(14) });
    must(!this.#locals.has(name), `two local headers of ${JSON.stringify(name)}`);
    this.#locals.set(name, { start, version: header.readUInt16LE(), common: header.subarray(2, 14).toString('hex'), ...sizes });
    this.#cursor.skip(sizes.packed);
  }

  #central() {
    const header = Buffer.from(this.#cursor.take(42));
    must(header.readUInt16LE(28) === 0, 'a comment in the central directory');
    const name = this.#name(header.readUInt16LE(24));
    const said = { length: header.readUInt32LE(20), packed: header.readUInt32LE(16), start: header.readUInt32LE(38) };
    const { length, packed, start } = this.#sizes(header.readUInt16LE(26), said);

    const local = this.#locals.get(name);
    must(local, `${JSON.stringify(name)} has no local header`);
    must(!local.isFound, `${JSON.stringify(name)} is twice in the central directory`);
    must(local.start === start, `the local header of ${JSON.stringify(name)} is at ${local.start} and not at ${start}`);
    must(local.length === length && local.packed === packed, `the two headers of ${JSON.stringify(name)} differ in a size`);
    must(local.common === header.subarray(4, 16).toString('hex'), `the two headers of ${JSON.stringify(name)} differ`);
    // Only this header says where the local one is. Where that takes ZIP64, the other has nothing of it, and may need an older version.
    const needed = said.start === masked ? Math.max(local.version, zip64Version) : local.version;
    must([local.version, needed].includes(header.readUInt16LE(2)), `the two headers of ${JSON.stringify(name)} need different versions`);
    local.isFound = true;
    this.#found++;
  }

  #zip64End(start) {
    const record = Buffer.from(this.#cursor.take(52));
    must(record.readBigUInt64LE() === 44n, 'ZIP64 extensible data');
    this.#compare(record.readBigUInt64LE(20), record.readBigUInt64LE(28), record.readBigUInt64LE(36), record.readBigUInt64LE(44), start);
    must(this.#cursor.take(4).readUInt32LE() === 0x07064b50, 'an end record of ZIP64 without its locator');
    const locator = this.#cursor.take(16);
    must(locator.readBigUInt64LE(4) === BigInt(start), 'a locator that leads elsewhere');
    must(this.#cursor.take(4).readUInt32LE() === 0x06054b50, 'a locator without an end record');
    this.#end(start, true);
  }

  /** @param {number} directoryEnd */
  #end(directoryEnd, isZip64 = false) {
    const record = this.#cursor.take(18);
    must(record.readUInt16LE(16) === 0, 'a comment at the end');
    must(record.readUInt32LE() === 0, 'another disk');
    const said = (number, mask, real) => BigInt(isZip64 && number === mask ? real : number);
    this.#compare(
      said(record.readUInt16LE(4), 0xffff, this.#found),
      said(record.readUInt16LE(6), 0xffff, this.#found),
      said(record.readUInt32LE(8), masked, directoryEnd - this.#directory),
      said(record.readUInt32LE(12), masked, this.#directory),
      directoryEnd);
  }

  #compare(countHere, count, length, offset, end) {
    must(countHere === count && count === BigInt(this.#found), `${this.#found} entries and not ${count}`);
    must(offset === BigInt(this.#directory), `the central directory is at ${this.#directory} and not at ${offset}`);
    must(length === BigInt(end - this.#directory), `the central directory has ${end - this.#directory} bytes and not ${length}`);
    must(this.#found === this.#locals.size, 'a local header that is not in the central directory');
  }

  #name(length) {
    const bytes = this.#cursor.take(length);
    must(!bytes.some((byte) => byte < 0x20 || byte === 0x7f), 'a control character in a name');
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Refused('a name that is no UTF-8');
    }
  }

  /** The numbers of a header, of which those that have no room stand in the field of ZIP64, and no others. */
  #sizes(extraLength, said) {
    const extra = Buffer.from(this.#cursor.take(extraLength));
    const sizes = { ...said };
    const seen = new Set();
    for (let at = 0; at < extra.length; ) {
      must(at + 4 <= extra.length, 'a broken extra field');
      const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
      must(at + 4 + length <= extra.length, 'a broken extra field');
      must(!seen.has(id), 'two extra fields of the same kind');
      must(id !== unicodePath, 'a second name in an extra field');
      seen.add(id);
      if (id === zip64) readZip64(extra.subarray(at + 4, at + 4 + length), sizes);
      at += 4 + length;
    }
    must(Object.values(sizes).every((size) => size !== masked), 'a masked size without a field of ZIP64');
    return sizes;
  }
}

function readZip64(field, sizes) {
  const wide = Object.keys(sizes).filter((name) => sizes[name] === masked);
  must(field.length === wide.length * 8, `a field of ZIP64 with ${field.length} bytes for ${wide.length} masked sizes`);
  wide.forEach((name, i) => (sizes[name] = Number(field.readBigUInt64LE(i * 8))));
}
