// Prints how long a start takes, and what is asked: node times.mjs
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { startKvsRecords } from 'kvs-records';

const rounds = 15;
const mostAboveNpx = 250; // milliseconds
const mostOfLibrary = 200;

/** Gives the median of each piece of work, in milliseconds; they take turns, so that other work on the machine meets all of them. */
async function measure(...works) {
  const times = works.map(() => []);
  for (let i = 0; i < rounds; i++) {
    for (const [index, work] of works.entries()) {
      const begin = performance.now();
      times[index].push((await work()) - begin);
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[(rounds - 1) / 2]);
}

async function answers(url) {
  await (await fetch(`${url}/_emulator/health`)).text();
  return performance.now();
}

async function byNpx() {
  const child = spawn('npx', ['kvs-records', '--ephemeral', '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface(child.stdout)) {
    const match = /^KvsRecords listening on (\S+)/.exec(line);
    if (!match) continue;
    const end = await answers(match[1]);
    child.kill('SIGTERM');
    await once(child, 'exit');
    return end;
  }
  throw new Error('npx did not start it.');
}

async function byLibrary() {
  const server = await startKvsRecords();
  const end = await answers(server.url);
  await server.stop();
  return end;
}

const byNpxAlone = (...args) => () => {
  spawnSync('npx', args);
  return performance.now();
};

// npm itself needs longer to run a command than to say its version: how much longer, a command that does nothing shows.
writeFileSync('node_modules/.bin/nothing', '#!/bin/sh\n', { mode: 0o755 });
await byLibrary();
const [version, nothing, npx, library] = await measure(byNpxAlone('--version'), byNpxAlone('nothing'), byNpx, byLibrary);
const ms = (number) => `${number.toFixed(0)} ms`;
console.log(`Start to first answer, median of ${rounds}: by npx ${ms(npx)}, which is ${ms(npx - version)} more than 'npx --version' (${ms(version)})`
  + ` and ${ms(npx - nothing)} more than npx takes for a command that does nothing (${ms(nothing)}); asked: at most ${mostAboveNpx} more than 'npx --version';`
  + ` by the library ${ms(library)} (asked: at most ${mostOfLibrary}).`);
