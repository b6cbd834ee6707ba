// node run.js usual|big [TABLE]: makes stores, downloads their archives from both kinds of source, and has every reader read them. Ends with 1
// when one does not, and no known reason explains it. The table goes to the file TABLE. Of READERS, a pattern of their names, only these are asked.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fromFolder, fromOwnStores } from './archives.js';
import { writeStore } from './folder.js';
import { inLanes } from './lanes.js';
import { readers } from './readers.js';
import { faultsOf, resultOf, tableOf } from './results.js';
import { bigStores, usualStores } from './stores.js';

const seed = 20251125;
const from = (source, ...names) => (archive) => archive.source === source && names.includes(archive.store.name);
const manyName = 'zip64-by-count';
const many = { title: '70,000 records (both sources)', of: ({ store }) => store.name === manyName };
const jobs = {
  usual: {
    stores: usualStores,
    columns: [
      { title: 'live folder', of: ({ source, store }) => source === 'folder' && store.name !== manyName },
      { title: 'own stores', of: ({ source, store }) => source === 'own' && store.name !== manyName },
      many,
    ],
    asks: (reader, archive) => !reader.isSlowWith?.(archive),
  },
  big: {
    stores: bigStores,
    columns: [
      ...['archive-over-4-gib', 'record-over-4-gib'].flatMap((name) => [
        { title: `${name.replaceAll('-', ' ').replace('gib', 'GiB')}, live folder`, of: from('folder', name) },
        { title: 'own store', of: from('own', name) },
      ]),
      many,
    ],
    asks: () => true,
  },
};

// The longest last. They begin first, so that none goes on alone when the others are done.
const slowest = ['zipdetails', '@zip.js/zip.js'];

const [job, tableFile] = process.argv.slice(2);
const stores = jobs[job].stores(seed);
const asked = readers.filter(({ name }) => new RegExp(process.env.READERS ?? '').test(name));
const work = await mkdtemp(path.join(tmpdir(), 'kvs-readers-'));
try {
  const records = stores.reduce((sum, store) => sum + store.records.length, 0);
  console.log(`${stores.length} stores with ${records} records, from the seed ${seed}`);
  const storage = path.join(work, 'storage');
  for (const store of stores) await writeStore(storage, store);
  const archives = [...await fromFolder(storage, stores, work), ...await fromOwnStores(storage, stores, work)];

  const longestFirst = asked.toSorted((a, b) => slowest.indexOf(b.name) - slowest.indexOf(a.name));
  const results = await inLanes(availableParallelism(), longestFirst, async (reader) => {
    const start = performance.now();
    const result = await resultOf(reader, archives.filter((archive) => jobs[job].asks(reader, archive)));
    const read = result.cells.filter(({ wrong }) => wrong === null).length;
    console.log(`${reader.name} ${result.version}: ${read} of ${result.cells.length} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    for (const fault of faultsOf(result)) console.log(`  FAULT ${fault}`);
    return result;
  });

  const places = asked.map(({ name }) => name);
  results.sort((a, b) => places.indexOf(a.reader) - places.indexOf(b.reader));
  const table = tableOf(results, jobs[job].columns);
  console.log(`\n${table}\n`);
  if (tableFile) await writeFile(tableFile, `${table}\n`);
  const faults = results.flatMap(faultsOf);
  console.log(`${faults.length} faults, ${archives.length} archives, ${asked.length} readers`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await rm(work, { recursive: true });
}
