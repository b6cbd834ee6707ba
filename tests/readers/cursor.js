// Reads a file from its first byte to its last, in small pieces, without holding it.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const windowLength = 1 << 16;

export class Cursor {
  #file;
  #length;
  #window = Buffer.alloc(0);
  #windowStart = 0;
  position = 0;

  constructor(path) {
    this.#file = openSync(path);
    this.#length = fstatSync(this.#file).size;
  }

  get isAtEnd() {
    return this.position === this.#length;
  }

  /** @returns {Buffer} The next bytes; good until the next call. */
  take(count) {
    if (this.position + count > this.#length) throw new RangeError(`the file ends ${this.position + count - this.#length} bytes too early`);
    let start = this.position - this.#windowStart;
    if (start < 0 || start + count > this.#window.length) {
      this.#window = Buffer.alloc(Math.max(windowLength, count));
      this.#window = this.#window.subarray(0, readSync(this.#file, this.#window, 0, this.#window.length, this.position));
      this.#windowStart = this.position;
      start = 0;
    }
    this.position += count;
    return this.#window.subarray(start, start + count);
  }

  skip(count) {
    if (this.position + count > this.#length) throw new RangeError(`the file ends ${this.position + count - this.#length} bytes too early`);
    this.position += count;
  }

  close() {
    closeSync(this.#file);
  }
}
