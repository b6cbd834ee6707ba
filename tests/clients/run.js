// Runs a program to its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const minutesToRun = 4; // None takes more than some seconds on an idle machine.

/** @returns {Promise<{ code: number, stdout: string, stderr: string, output: string }>} */
export async function run(command, args, env, cwd, input = '') {
  const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH, ...env }, timeout: minutesToRun * 60_000 });
  child.stdin.on('error', () => {}).end(input); // It may have ended without reading, and says why in another way.
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, stdout, stderr, output: `${stdout}\n${stderr}` };
}
