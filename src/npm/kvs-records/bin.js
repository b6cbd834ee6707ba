#!/usr/bin/env node
// The command 'kvs-records': runs the native program with the same arguments, and ends as it ends.
'use strict';

const { spawn } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { explainLibc, findProgram } = require('./program.js');

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const onWindows = process.platform === 'win32';

try {
  run(findProgram(), process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function run(program, args) {
  // Where this process is killed, the program sees it and ends. Windows names no parent, and the program refuses the setting there.
  const env = onWindows ? process.env : { KVSRECORDS_EXIT_WITH_PARENT: 'true', ...process.env };
  const child = spawn(program, args, { stdio: 'inherit', env });
  child.on('error', (error) => fail(`kvs-records: ${program} does not start: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (!signal) return code === 0 ? undefined : fail('', code);
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });

  // On Windows, Ctrl-C reaches the program by itself, and to "send" a signal would kill it.
  for (const name of signals) process.on(name, () => onWindows || child.kill(name));
  if (endsWithParent(args)) watchParent(() => child.kill('SIGTERM'));
}

// Where npm or npx runs this, nothing else would stop it once they were killed.
function endsWithParent(args) {
  if (onWindows) return false;
  return Boolean(process.env.npm_execpath) || args.includes('--exit-with-parent') || process.env.KVSRECORDS_EXIT_WITH_PARENT === 'true';
}

// The system gives an orphan another parent at once.
function watchParent(ended) {
  const before = parents();
  const timer = setInterval(() => {
    if (parents() === before) return;
    clearInterval(timer);
    ended();
  }, 100).unref();
}

// npm runs a command in a shell. Debian's stays until the command ends, and npm is the shell's parent.
function parents() {
  const shell = process.platform === 'linux' && process.env.npm_execpath && /^\d+ \([a-z]*sh\) \S (\d+)/.exec(stat(process.ppid));
  return shell ? `${process.ppid} ${shell[1]}` : `${process.ppid}`;
}

function stat(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return ''; // It has ended.
  }
}

function fail(message, code = 1) {
  for (const line of [message, explainLibc()]) {
    if (line) console.error(line);
  }
  process.exitCode = code;
}
