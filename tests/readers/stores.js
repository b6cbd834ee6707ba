// The stores of a run, and what each archive must have in it. The readers of an archive have no part in it.
import * as keys from './keys.js';
import { randomFrom } from './random.js';
import { ordinaryKinds } from './values.js';

/**
 * @typedef {object} Record
 * @property {string} key
 * @property {string} kind What its value is like.
 * @property {number} length Of the value, in bytes.
 * @property {number} seed Of the value.
 * @property {string} contentType
 * @property {Date} modified
 * @property {boolean} onlyByApi Whether a folder cannot hold it, so that it is written over HTTP.
 *
 * @typedef {object} Store
 * @property {string} name
 * @property {'encoded' | 'extension'} layout How its folder is written.
 * @property {Record[]} records What the archives must have.
 * @property {Record[]} unsafe What they must not have.
 */

const longestHeld = 16 * 1024 * 1024; // Up to here an archive of a live folder has sizes and checksum in front.
const edges = [0, 1, 2, 3, 511, 512, 513, 4095, 4096, 4097, 16_383, 16_384, 16_385, 65_534, 65_535, 65_536, 65_537, 131_072, 262_145];
const dates = ['1970-01-01', '1979-12-31T23:59:59', '1980-01-01', '2001-09-09T01:46:39', '2038-01-19T03:14:08', '2107-12-31T23:59:59', '2150-06-01'];
const types = ['application/json', 'text/plain; charset=utf-8', 'application/octet-stream', 'image/png', 'application/zip'];

/** @returns {Store[]} The stores of the usual run: some are there for one thing, the mixed ones for the unforeseen, the last for its many records. */
export function usualStores(seed) {
  const make = maker(seed);
  return [
    make('empty', []),
    make('empty-extension', [], { layout: 'extension' }),
    ...edges.map((length) => make(`length-${length}`, ordinaryKinds.map((kind) => ({ key: kind, kind, length })))),
    ...ordinaryKinds.map((kind) => make(`only-${kind}`, [{ key: 'value', kind, length: 3_000_000 }])),
    ...[4, 250, 5000, 70_000].map((length) => make(`signatures-${length}`, [{ key: 'a', kind: 'signatures', length }, { key: 'b', kind: 'signatures', length }, 'c'])),
    ...types.map((contentType, i) => make(`type-${i}`, ordinaryKinds.map((kind) => ({ key: kind, kind, length: 2000, contentType })))),
    make('characters', keys.ofEachCharacter),
    make('characters-extension', keys.ofEachCharacter, { layout: 'extension' }),
    make('odd', keys.odd),
    make('odd-extension', keys.odd, { layout: 'extension' }),
    make('long', keys.long),
    make('long-extension', keys.long, { layout: 'extension' }),
    make('longest', [...keys.long, ...keys.longerThanFileNames.map((key) => ({ key, onlyByApi: true }))]),
    make('beyond-ascii', keys.beyondAscii),
    make('beyond-ascii-extension', keys.beyondAscii, { layout: 'extension' }),
    make('slashes', keys.withSlashes),
    make('colon', keys.colon),
    make('prototype', keys.prototype),
    make('same-when-composed', keys.sameWhenComposed),
    make('file-and-folder', keys.fileAndFolder),
    make('unsafe', ['safe'], { unsafe: keys.unsafe }),
    make('only-unsafe', [], { unsafe: keys.unsafe }),
    make('dates', dates.map((date, i) => ({ key: `date-${i}`, modified: new Date(`${date}Z`.replace(/^([\d-]+)Z$/, '$1T00:00:00Z')) }))),
    make('held', [{ key: 'held', kind: 'text', length: longestHeld }, 'next']),
    make('not-held', [{ key: 'before' }, { key: 'not-held', kind: 'text', length: longestHeld + 1 }, 'then']),
    ...Array.from({ length: 4 }, (_, i) => make(`many-${i}`, numbered(500 * (i + 1), 300), { layout: i % 2 ? 'extension' : 'encoded' })),
    ...Array.from({ length: process.env.KVS_RECORDS_LONG ? 155 : 39 }, (_, i) => make.mixed(`mixed-${i}`, i % 2 ? 'extension' : 'encoded')),
    zip64ByCount(make),
  ];
}

/** @returns {Store[]} Of the slow run, for ZIP64: one whose archive is longer than 4 GiB, one with a record that is, and that of many records again. */
export function bigStores(seed) {
  const make = maker(seed);
  const gib = 2 ** 30;
  return [
    make('archive-over-4-gib', ['a-first', ...Array.from({ length: 5 }, (_, i) => ({ key: `big-${i}`, kind: 'noise', length: 912_680_550 })), 'c-last']),
    make('record-over-4-gib', ['a-first', { key: 'big', kind: 'zeros', length: 4 * gib + 12_345 }, 'c-last']),
    zip64ByCount(make),
  ];
}

const zip64ByCount = (make) => make('zip64-by-count', numbered(70_000, 40), { layout: 'extension' });

function numbered(count, longest) {
  return Array.from({ length: count }, (_, i) => ({ key: `record-${i}`, longest }));
}

function maker(seed) {
  const random = randomFrom(seed);

  const fill = (record) => ({
    kind: random.oneOf(ordinaryKinds),
    length: random.length(record.longest ?? 5000),
    seed: random.below(2 ** 32),
    contentType: random.oneOf(types),
    modified: new Date(Date.UTC(2020, 0, 1) + random.below(2 ** 32) * 40),
    onlyByApi: false,
    ...record,
  });
  const records = (list) => list.map((entry) => fill(typeof entry === 'string' ? { key: entry } : entry));

  const make = (name, list, { layout = 'encoded', unsafe = [] } = {}) => ({ name, layout, records: records(list), unsafe: records(unsafe) });

  /** Some records with keys of the API's alphabet, in an order of their own. */
  make.mixed = (name, layout) => {
    const key = () => Array.from({ length: 2 + random.length(60) }, () => random.oneOf(keys.alphabet)).join('');
    const chosen = new Set(Array.from({ length: 1 + random.below(40) }, () => key()).filter((k) => k !== '..'));
    return make(name, [...chosen].map((k) => ({ key: k, longest: 100_000 })), { layout });
  };
  return make;
}
