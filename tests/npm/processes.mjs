// Looks for the native program among the processes of this machine.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Gives the numbers of the running programs that have a variable in their environment. */
export function programsWith(variable) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      return /^kvs-records/.test(readFileSync(`/proc/${pid}/comm`, 'utf8'))
        && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable);
    } catch {
      return false; // It has ended meanwhile.
    }
  }).map(Number);
}

/** Waits until a condition holds, for ten seconds at most. */
export async function until(condition, what) {
  const end = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Not within ten seconds: ${what}`);
    await wait(20);
  }
}
