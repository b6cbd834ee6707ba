// Does the same for every item of a list, several at a time.

/** @template T, R @returns {Promise<R[]>} The results, in the order of the items. */
export async function inLanes(lanes, items, work) {
  const results = new Array(items.length);
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i], i);
    }
  }));
  return results;
}
