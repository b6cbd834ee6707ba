// That the rules take what is right, and find each thing that is not.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { whyRefused } from './upload-rules.js';

const folder = mkdtempSync(path.join(tmpdir(), 'kvs-upload-rules-'));
after(() => rmSync(folder, { recursive: true }));

const two = [{ name: 'a', value: 'first' }, { name: 'ž', value: 'second' }];

/** An archive of stored values, in which every field can be changed. No rule is about whether a checksum is right. */
function archive(entries, { before = '', between = '', behind = '', comment = '', end = {}, zip64 } = {}) {
  const parts = [Buffer.from(before)];
  const length = () => parts.reduce((sum, part) => sum + part.length, 0);
  const directory = [];
  for (const entry of entries) {
    const start = length();
    parts.push(local(entry), Buffer.from(entry.value), Buffer.from(between));
    if (!entry.isHidden) directory.push(central({ ...entry, ...entry.central }, start));
  }
  const offset = length();
  parts.push(...directory);
  const said = { count: directory.length, size: length() - offset, offset, ...end };
  if (zip64) parts.push(...zip64End(said, length(), zip64));
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50);
  last.writeUInt16LE(said.count, 8);
  last.writeUInt16LE(said.count, 10);
  last.writeUInt32LE(said.size, 12);
  last.writeUInt32LE(zip64 ? 0xffffffff : said.offset, 16);
  last.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, last, Buffer.from(comment), Buffer.from(behind)]);
}

function common({ name, value, version = 20, flags = 0, crc = 0x12345678, length = Buffer.byteLength(value), packed = length, extra = Buffer.alloc(0) }) {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(version);
  header.writeUInt16LE(flags, 2);
  header.writeUInt32LE(crc, 10);
  header.writeUInt32LE(packed, 14);
  header.writeUInt32LE(length, 18);
  header.writeUInt16LE(Buffer.byteLength(name), 22);
  header.writeUInt16LE(extra.length, 24);
  return header;
}

function local(entry) {
  return Buffer.concat([Buffer.from('PK\x03\x04'), common(entry), Buffer.from(entry.name), entry.extra ?? Buffer.alloc(0)]);
}

function central(entry, start) {
  const comment = Buffer.from(entry.comment ?? '');
  const rest = Buffer.alloc(14);
  rest.writeUInt16LE(comment.length);
  rest.writeUInt32LE(entry.start ?? start, 10);
  return Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common(entry), rest, Buffer.from(entry.name), entry.extra ?? Buffer.alloc(0), comment]);
}

function zip64End({ count, size, offset }, start, { extensible = '', locator = start }) {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50);
  record.writeBigUInt64LE(BigInt(44 + extensible.length), 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locating = Buffer.alloc(20);
  locating.writeUInt32LE(0x07064b50);
  locating.writeBigUInt64LE(BigInt(locator), 8);
  locating.writeUInt32LE(1, 16);
  return [record, Buffer.from(extensible), locating];
}

function field(id, ...numbers) {
  const bytes = Buffer.alloc(4 + numbers.length * 8);
  bytes.writeUInt16LE(id);
  bytes.writeUInt16LE(numbers.length * 8, 2);
  numbers.forEach((number, i) => bytes.writeBigUInt64LE(BigInt(number), 4 + i * 8));
  return bytes;
}

function verdict(bytes) {
  const file = path.join(folder, 'archive.zip');
  writeFileSync(file, bytes);
  return whyRefused(file);
}

const far = { version: 45, start: 0xffffffff, extra: field(1, 0) };
const wide = { name: 'a', value: 'first', length: 0xffffffff, packed: 0xffffffff, extra: field(1, 5, 5) };

for (const [name, bytes] of [
  ['two files', archive(two)],
  ['no file', archive([])],
  ['an empty file', archive([{ name: 'empty', value: '' }])],
  ['a ZIP64 end', archive(two, { zip64: {} })],
  ['sizes in a ZIP64 field', archive([wide])],
  ['a ZIP64 offset, for which the central header alone needs version 4.5', archive([{ ...two[0], central: far }])],
  ['a ZIP64 offset, with one version in both headers', archive([{ ...two[0], central: { ...far, version: 20 } }])],
  ['another extra field', archive([{ ...two[0], extra: field(0x5455, 0) }])],
  ['signatures within a file', archive([{ name: 'a', value: 'PK\x03\x04PK\x01\x02PK\x05\x06' }])],
]) test(`${name}: taken`, () => assert.equal(verdict(bytes), null));

for (const [reason, bytes] of [
  ['a data descriptor', archive([{ ...two[0], flags: 8 }])],
  ['encryption', archive([{ ...two[0], flags: 1 }])],
  ['two local headers of "a"', archive([two[0], two[0]])],
  ['"b" has no local header', archive([{ ...two[0], central: { name: 'b' } }])],
  ['a local header that is not in the central directory', archive([two[0], { ...two[1], isHidden: true }])],
  ['the two headers of "a" differ in a size', archive([{ ...two[0], central: { length: 6 } }])],
  ['the two headers of "a" differ in a size', archive([{ ...two[0], central: { packed: 6 } }])],
  ['the two headers of "a" differ', archive([{ ...two[0], central: { crc: 1 } }])],
  ['the two headers of "a" differ', archive([{ ...two[0], central: { flags: 0x800 } }])],
  ['the two headers of "a" differ', archive([{ ...two[0], central: { ...far, flags: 0x800 } }])],
  ['the two headers of "a" need different versions', archive([{ ...two[0], central: { version: 45 } }])],
  ['the two headers of "a" need different versions', archive([{ ...two[0], version: 45, central: { version: 20 } }])],
  ['the two headers of "a" need different versions', archive([{ ...two[0], version: 45, central: { ...far, version: 20 } }])],
  ['the two headers of "a" need different versions', archive([{ ...two[0], central: { ...far, version: 63 } }])],
  ['the local header of "ž" is at 36 and not at 0', archive([two[0], { ...two[1], central: { start: 0 } }])],
  ['a comment in the central directory', archive([{ ...two[0], central: { comment: 'hello' } }])],
  ['a comment at the end', archive(two, { comment: 'hello' })],
  ['a control character in a name', archive([{ name: 'a\nb', value: '' }])],
  ['a control character in a name', archive([{ name: 'a\x7f', value: '' }])],
  ['a name that is no UTF-8', Buffer.from(archive([{ name: '##', value: '' }]).toString('latin1').replaceAll('##', '\xff\xfe'), 'latin1')],
  ['bytes at 0 that belong to nothing', archive(two, { before: '#!/bin/sh\n' })],
  ['bytes at 36 that belong to nothing', archive(two, { between: 'hidden' })],
  ['something comes after the end', archive(two, { behind: 'more' })],
  ['2 entries and not 1', archive(two, { end: { count: 1 } })],
  ['the central directory is at 74 and not at 0', archive(two, { end: { offset: 0 } })],
  ['the central directory has 95 bytes and not 1', archive(two, { end: { size: 1 } })],
  ['ZIP64 extensible data', archive(two, { zip64: { extensible: 'more' } })],
  ['a locator that leads elsewhere', archive(two, { zip64: { locator: 0 } })],
  ['two extra fields of the same kind', archive([{ ...wide, extra: Buffer.concat([wide.extra, wide.extra]) }])],
  ['a field of ZIP64 with 16 bytes for 0 masked sizes', archive([{ ...two[0], extra: field(1, 5, 5) }])],
  ['a masked size without a field of ZIP64', archive([{ ...wide, extra: Buffer.alloc(0) }])],
  ['a broken extra field', archive([{ ...two[0], extra: field(0x5455, 0).subarray(0, 6) }])],
  ['a second name in an extra field', archive([{ ...two[0], extra: field(0x7075, 0) }])],
  ['the file ends 1 bytes too early', archive(two).subarray(0, -1)],
  ['the file ends 4 bytes too early', Buffer.alloc(0)],
]) test(`${reason}: refused`, () => assert.equal(verdict(bytes), reason));

test('an entry twice in the central directory: refused', () => {
  const bytes = archive([two[0]]);
  const entry = bytes.subarray(36, -22);
  assert.equal(verdict(Buffer.concat([bytes.subarray(0, -22), entry, bytes.subarray(-22)])), '"a" is twice in the central directory');
});

test('a local header behind the central directory: refused', () => {
  const bytes = archive([two[0]]);
  assert.match(verdict(Buffer.concat([bytes.subarray(0, -22), local(two[1]), bytes.subarray(-22)])), /^a local header at \d+, behind/);
});
