// Runs programs to their end.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
const longest = 1_800_000; // Milliseconds; a program that takes longer hangs.

/**
 * @param {string[]} command The program and its arguments.
 * @param {object} [options]
 * @param {string} [options.input] The file that is its standard input.
 * @param {(output: import('node:stream').Readable) => Promise<any>} [options.read] What its standard output is read with; else it is text.
 * @returns {Promise<{ code: number | string, output: any, errors: string }>} Its exit code, or the signal that ended it.
 */
export async function run([program, ...args], { input, read = text } = {}) {
  const child = spawn(program, args, { env, timeout: longest, stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  const started = once(child, 'spawn');
  const ended = once(child, 'close');
  ended.catch(() => {});
  await started.catch((error) => {
    throw error.code === 'ENOENT' ? new Error(`${program} is not installed.`) : error;
  });
  if (input) createReadStream(input).pipe(child.stdin).on('error', () => {}); // One that does not read to the end is asked for its exit code.
  const [output, errors] = await Promise.all([read(child.stdout), text(child.stderr)]);
  const [code, signal] = await ended;
  return { code: code ?? signal, output, errors };
}
