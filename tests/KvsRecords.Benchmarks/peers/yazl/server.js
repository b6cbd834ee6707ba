// Streams one folder as a ZIP, with yazl, at the level of zlib that is asked for.
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ZipFile } from 'yazl';

const [folder, port, level] = process.argv.slice(2);

const server = createServer(async (request, response) => {
  const names = (await readdir(folder)).sort();
  response.setHeader('Content-Type', 'application/zip');
  const archive = new ZipFile();
  archive.on('error', () => response.destroy());
  archive.outputStream.pipe(response);
  for (const name of names) archive.addFile(join(folder, name), name, { compressionLevel: Number(level) });
  archive.end();
});

server.listen(Number(port), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
