// Whether a reader found what must be in an archive.
import { sha256 } from './values.js';

/**
 * @typedef {object} Outcome What a reader made of an archive.
 * @property {string} [refusal] Why it did not read it.
 * @property {{ name: string, size: number, sha256?: string }[]} [entries] What it found. Without it, it only tested, and had no complaint.
 */

const hashes = new WeakMap();

function hashOf(record) {
  if (!hashes.has(record)) hashes.set(record, sha256(record));
  return hashes.get(record);
}

/**
 * @param {import('./archives.js').Archive} archive
 * @param {Outcome} outcome
 * @returns {string | null} What is wrong.
 */
export function whatIsWrong({ records }, { refusal, entries }) {
  if (refusal !== undefined) return refusal;
  if (!entries) return null;

  const expected = new Map(records.map((record) => [record.key, record]));
  const found = new Set();
  for (const { name, size, sha256: hash } of entries) {
    const record = expected.get(name);
    if (!record) return `it finds ${JSON.stringify(name)}, which is not there`;
    if (found.has(name)) return `it finds ${JSON.stringify(name)} twice`;
    if (size !== record.length) return `it finds ${size} bytes of ${JSON.stringify(name)}, which has ${record.length}`;
    if (hash !== undefined && hash !== hashOf(record)) return `it finds other bytes in ${JSON.stringify(name)}`;
    found.add(name);
  }
  const missing = records.find((record) => !found.has(record.key));
  return missing ? `it does not find ${JSON.stringify(missing.key)}, and has ${found.size} of ${records.length}` : null;
}
