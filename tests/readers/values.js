// The values of records: never held as a whole, and the same every time they are asked for.
import { createCipheriv, createHash } from 'node:crypto';
import { randomFrom } from './random.js';

const pieceLength = 1 << 20;
const words = ['{"price":', '"title":', 'Příliš', 'žluťoučký', 'kůň', '日本語', '👩‍🚀', '<p>', '</p>\n', 'null,', '"https://example.com/', '1234.5'];
const signatures = ['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'PK\x06\x06', 'PK\x06\x07', 'PK\x07\x08'].map((text) => Buffer.from(text, 'latin1'));

/** Each makes the next piece, of at least that many bytes. */
const makers = {
  /** What deflate does not make smaller. */
  noise(seed) {
    const cipher = createCipheriv('aes-128-ctr', createHash('md5').update(`${seed}`).digest(), Buffer.alloc(16));
    return (length) => cipher.update(Buffer.alloc(length));
  },
  /** What it makes much smaller. */
  text(seed) {
    const random = randomFrom(seed);
    return (length) => Buffer.from(Array.from({ length: length / 4 + 1 }, () => random.oneOf(words)).join(' '));
  },
  zeros: () => (length) => Buffer.alloc(length),
  /** What a reader that looks for headers, where it should count bytes, takes for one. */
  signatures(seed) {
    const noise = makers.noise(seed);
    return (length) => Buffer.concat([...signatures.flatMap((signature) => [signature, noise(30)]), noise(length)]);
  },
};

/** Those of which the usual stores are made; the others are for a purpose. */
export const ordinaryKinds = ['noise', 'text', 'zeros'];

/** @returns {Generator<Buffer>} The bytes of a record's value. */
export function* pieces({ kind, length, seed }) {
  const make = makers[kind](seed);
  for (let left = length; left > 0; left -= pieceLength) {
    const now = Math.min(left, pieceLength);
    yield make(now).subarray(0, now);
  }
}

/** @returns {string} The SHA-256 of a record's value. */
export function sha256(record) {
  const hash = createHash('sha256');
  for (const piece of pieces(record)) hash.update(piece);
  return hash.digest('hex');
}
