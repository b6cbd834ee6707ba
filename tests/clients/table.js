// A reporter of node:test: a table of the clients, with the versions that were there and what was done with each.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const packageVersion = (name) => JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;

/** The version in what a program says of itself. */
function programVersion(program, ...args) {
  const [version] = /\d+\.\d+(\.\d+)*/.exec(execFileSync(program, args, { encoding: 'utf8' }));
  return version;
}

/** By the name that its files begin with, in the order of the table: title and version. */
const clients = {
  'apify-client': ['`apify-client` (JavaScript)', packageVersion('apify-client')],
  'apify-sdk': ['Apify SDK (JavaScript)', packageVersion('apify')],
  'apify-cli': ['`apify-cli`', packageVersion('apify-cli')],
  crawlee: ['Crawlee (JavaScript)', packageVersion('@crawlee/cheerio')],
  python: ['Python, standard library', programVersion('python3', '--version')],
  java: ['Java, standard library', programVersion('java', '--version')],
  fetch: ['Node.js, `fetch`', process.versions.node],
  curl: ['`curl`', programVersion('curl', '--version')],
  wget: ['`wget`', programVersion('wget', '--version')],
};

function clientOf(file) {
  const name = path.basename(file, '.test.js');
  const client = Object.keys(clients).find((one) => name === one || name.startsWith(`${one}-`));
  if (!client) throw new Error(`${file} is of no client that table.js knows.`);
  return client;
}

export default async function* table(events) {
  const done = new Map(Object.keys(clients).map((client) => [client, []]));
  for await (const { type, data } of events) {
    // What stands deeper is reported by the test above it.
    if ((type === 'test:pass' || type === 'test:fail') && data.nesting === 0) done.get(clientOf(data.file)).push({ ...data, type });
  }
  yield '| client | version | what was done | result |\n| --- | --- | --- | --- |\n';
  for (const [client, tests] of done) {
    const [title, version] = clients[client];
    if (tests.length === 0) throw new Error(`Nothing was done with ${client}.`);
    for (const file of new Set(tests.map((test) => test.file))) yield row(title, version, tests.filter((test) => test.file === file), file);
  }
}

function row(title, version, tests, file) {
  const failed = tests.filter((test) => test.type === 'test:fail' || test.skip !== undefined || test.todo !== undefined);
  const what = tests.map((test) => test.name.replaceAll('|', '\\|')).join('<br>');
  const result = failed.length === 0 ? `${tests.length} passed` : `**failed**: ${failed.map((test) => test.name).join('<br>')}`;
  return `| [${title}](../tests/clients/${path.basename(file)}) | ${version} | ${what} | ${result} |\n`;
}
