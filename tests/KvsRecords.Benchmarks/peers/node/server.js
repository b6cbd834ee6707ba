// Streams one folder as a ZIP, with archiver's own defaults, or at the level of zlib that is asked for.
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ZipArchive } from 'archiver';

const [folder, port, level] = process.argv.slice(2);
const options = level ? { zlib: { level: Number(level) } } : {};

const server = createServer(async (request, response) => {
  const names = (await readdir(folder)).sort();
  response.setHeader('Content-Type', 'application/zip');
  const archive = new ZipArchive(options);
  archive.on('error', () => response.destroy());
  response.on('close', () => {
    if (!response.writableFinished) archive.abort();
  });
  archive.pipe(response);
  for (const name of names) archive.file(join(folder, name), { name });
  archive.finalize();
});

server.listen(Number(port), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
