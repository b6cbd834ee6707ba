// What came of a run: how many archives each reader read, and why not the others.
import { whatIsWrong } from './check.js';
import { exceptions } from './exceptions.js';

/**
 * @typedef {object} Result
 * @property {string} reader
 * @property {string} version
 * @property {{ archive: import('./archives.js').Archive, wrong: string | null, why?: string }[]} cells
 *   What was wrong, and the known reason.
 */

/** @returns {Promise<Result>} */
export async function resultOf(reader, archives) {
  const { version, outcomes } = await reader.read(archives);
  const cells = archives.map((archive, i) => {
    const wrong = whatIsWrong(archive, outcomes[i]);
    const known = exceptions[reader.name]?.find((exception) => exception.when(archive) && exception.wrong.test(wrong));
    return { archive, wrong, why: wrong === null ? undefined : known?.why };
  });
  return { reader: reader.name, version, cells };
}

/** @returns {string[]} What is wrong without a known reason. */
export const faultsOf = ({ reader, cells }) => cells
  .filter(({ wrong, why }) => wrong !== null && why === undefined)
  .map(({ archive, wrong }) => `${reader}, ${archive.source}, ${archive.store.name}: ${wrong}`);

/**
 * @param {Result[]} results
 * @param {{ title: string, of: (archive: import('./archives.js').Archive) => boolean }[]} columns
 * @returns {string} A table in Markdown.
 */
export function tableOf(results, columns) {
  const rows = results.map(({ reader, version, cells }) => [
    reader,
    version,
    ...columns.map(({ of }) => score(cells.filter(({ archive }) => of(archive)))),
    [...new Set(cells.map(({ why }) => why).filter(Boolean))].join('; '),
  ]);
  const head = ['reader', 'version', ...columns.map(({ title }) => title), 'not read, because it'];
  return [head, ['---', '---', ...columns.map(() => '---:'), '---'], ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function score(cells) {
  const read = cells.filter(({ wrong }) => wrong === null).length;
  return cells.length === 0 ? 'not asked' : `${read} of ${cells.length}`;
}
