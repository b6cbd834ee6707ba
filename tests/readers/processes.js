// Runs programs, none for ever.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
const minutes = 30; // For an archive.

/**
 * @param {string[]} command The program and its arguments.
 * @param {'pipe' | 'ignore'} input
 * @returns {{ child: import('node:child_process').ChildProcess, ended: Promise<number | string>, takesNext: () => void }}
 *   "ended" is its exit code, or the signal that ended it. With "takesNext", the time that it has begins anew.
 */
export function start([program, ...args], input) {
  const child = spawn(program, args, { env, stdio: [input, 'pipe', 'pipe'] });
  let isLate = false;
  const clock = setTimeout(() => (isLate = child.kill('SIGKILL')), minutes * 60_000);
  const ended = once(child, 'close')
    .then(([code, signal]) => (isLate ? `${signal} after ${minutes} minutes` : code ?? signal))
    .catch((error) => { throw error.code === 'ENOENT' ? new Error(`${program} is not installed.`) : error; })
    .finally(() => clearTimeout(clock));
  return { child, ended, takesNext: () => clock.refresh() };
}

/**
 * @param {string[]} command
 * @param {object} [options]
 * @param {string} [options.input] The file that is its standard input.
 * @param {(output: import('node:stream').Readable) => Promise<any>} [options.read] What its standard output is read with; else it is text.
 * @returns {Promise<{ code: number | string, output: any, errors: string }>}
 */
export async function run(command, { input, read = text } = {}) {
  const { child, ended } = start(command, input ? 'pipe' : 'ignore');
  child.stdin?.on('error', () => {}); // One that does not read to the end is asked for its exit code.
  if (input) createReadStream(input).pipe(child.stdin);
  const [code, output, errors] = await Promise.all([ended, read(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}
