// Who reads the archives, and what each cannot read, with the reason.
import { commands } from './commands.js';
import { inLanes } from './lanes.js';
import { programs, readAll } from './programs.js';
import { run } from './processes.js';
import { whyRefused } from './upload-rules.js';

/**
 * @typedef {object} Reader
 * @property {string} name
 * @property {(archive: import('./archives.js').Archive) => boolean} [isSlowWith] It takes minutes.
 * @property {(archives: import('./archives.js').Archive[]) => Promise<{ version: string, outcomes: import('./check.js').Outcome[] }>} read
 */

async function versionOf(name, [command, pattern]) {
  const { output, errors } = await run(command);
  const version = pattern.exec(output) ?? pattern.exec(errors);
  if (!version) throw new Error(`${name} does not say its version: ${output}${errors}`);
  return version[1];
}

const ofCommand = ({ name, version, read, isSlowWith }) => ({
  name,
  isSlowWith,
  read: async (archives) => ({ version: await versionOf(name, version), outcomes: await inLanes(1, archives, read) }),
});

const ofProgram = ({ name, command }) => ({ name, read: (archives) => readAll(command, archives) });

const uploadRules = {
  name: 'PyPI\'s rules for uploads',
  read: async (archives) => ({
    version: 'ours',
    outcomes: archives.map(({ path }) => ({ refusal: whyRefused(path) ?? undefined })),
  }),
};

/** @type {Reader[]} */
export const readers = [...commands.map(ofCommand), ...programs.map(ofProgram), uploadRules];
