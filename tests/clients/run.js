// Runs a program to its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** @returns {Promise<{ code: number, stdout: string, stderr: string, output: string }>} */
export async function run(command, args, env, cwd, input = '') {
  const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH, ...env }, timeout: 60_000 });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, stdout, stderr, output: `${stdout}\n${stderr}` };
}
