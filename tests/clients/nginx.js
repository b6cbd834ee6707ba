// nginx before a server, with the configuration of the documentation.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ofDebian = '/usr/sbin/nginx'; // It is not on everybody's PATH.

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/**
 * @param {number} port Where it listens.
 * @param {string} upstream The server's URL.
 * @returns {Promise<() => Promise<void>>} What stops it.
 */
export async function startNginx(port, upstream) {
  const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const [, location] = /^```nginx\n([^]*?)^```$/m.exec(page);
  const folder = await mkdtemp(path.join(tmpdir(), 'kvs-nginx-'));
  await writeFile(path.join(folder, 'nginx.conf'), `
    ${process.getuid() === 0 ? 'user root;' : ''}
    daemon off;
    pid nginx.pid;
    error_log stderr notice;
    events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ')}
      server {
        listen 127.0.0.1:${port};
        ${location.replaceAll('http://127.0.0.1:8011', upstream)}
      }
    }
  `);
  const child = spawn(existsSync(ofDebian) ? ofDebian : 'nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const said = [];
  for await (const line of createInterface(child.stderr)) {
    said.push(line);
    if (line.includes('start worker process ')) break;
  }
  if (child.exitCode !== null || !said.at(-1)?.includes('start worker')) throw new Error(`nginx did not start.\n${said.join('\n')}`);
  child.stderr.resume();
  return async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
    process.off('exit', kill);
    await rm(folder, { recursive: true });
  };
}
