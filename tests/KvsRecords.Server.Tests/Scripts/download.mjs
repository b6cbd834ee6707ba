// Downloads with fetch what each line on standard input names (URL, file and perhaps a range, between tabs), and says of each what a
// program would believe: "whole", or what was thrown.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

for await (const line of createInterface({ input: process.stdin })) {
  const [url, path, range] = line.split('\t');
  console.log(await download(url, path, range ? { Range: range } : {}));
}

async function download(url, path, headers) {
  const file = createWriteStream(path);
  try {
    const response = await fetch(url, { headers });
    if (!response.ok) return `status ${response.status}`;
    for await (const piece of response.body) file.write(piece);
    return 'whole';
  } catch (error) {
    return `${error.message}: ${error.cause?.message}`.replaceAll('\n', ' ');
  } finally {
    file.end();
    await once(file, 'close');
  }
}
