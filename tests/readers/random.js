// Numbers that are the same in every run that begins with the same seed.

/** @returns {{ below: (limit: number) => number, oneOf: <T>(list: ArrayLike<T>) => T, length: (longest: number) => number }} */
export function randomFrom(seed) {
  let state = seed >>> 0;
  // The generator "mulberry32": 32 bits of state are enough for test data.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return {
    below,
    oneOf: (list) => list[below(list.length)],
    /** Short ones as often as ten times as long ones. */
    length: (longest) => Math.floor((longest + 1) ** next()) - 1,
  };
}
