// A registry on loopback that has the packages of one folder, and nothing else: node registry.mjs FOLDER
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const folder = process.argv[2];
const packages = new Map();
for (const file of readdirSync(folder).filter((name) => name.endsWith('.tgz'))) {
  const bytes = readFileSync(path.join(folder, file));
  const manifest = JSON.parse(execFileSync('tar', ['-xzOf', path.join(folder, file), 'package/package.json']));
  packages.set(manifest.name, { file, bytes, manifest });
}

const server = createServer((request, response) => {
  const name = decodeURIComponent(request.url.slice(1));
  const archive = [...packages.values()].find(({ file }) => name === `files/${file}`);
  if (archive) return response.end(archive.bytes);
  const found = packages.get(name);
  if (!found) return response.writeHead(404).end('{}');
  const { file, bytes, manifest } = found;
  const dist = {
    tarball: `http://127.0.0.1:${server.address().port}/files/${file}`,
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
  };
  const { version } = manifest;
  response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } }));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
