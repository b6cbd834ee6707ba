// Prism between a client and a server: what the document does not say becomes an answer of its own, a violation.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('node_modules/.bin/prism', import.meta.url));

/**
 * @param {string} document The file.
 * @param {string} upstream The server's URL.
 * @param {boolean} requestsToo Whether requests are held against the document too, or only answers.
 */
export async function startProxy(document, upstream, requestsToo) {
  const port = await freePort();
  const child = spawn(program, [
    'proxy', '--errors', '--cors=false', `--validate-request=${requestsToo}`, '-h', '127.0.0.1', '-p', String(port), document, upstream,
  ], { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  for await (const line of createInterface(child.stdout)) {
    if (line.includes('Prism is listening')) break;
  }
  child.stdout.resume();
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      process.off('exit', kill);
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
