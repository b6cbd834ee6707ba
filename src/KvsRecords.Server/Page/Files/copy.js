// Lines to copy: signed links, and how programs get the same thing.
import { base, findKey, here, session } from './api.js';
import { attempt, copy, menu, time, toast } from './dom.js';

const address = () => String(base).replace(/\/$/, '');
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const literal = (text) => JSON.stringify(text);

/** Until when a signature is good; null: for ever. */
export function expiryOf(url) {
  const signature = new URL(url).searchParams.get('signature');
  if (!signature) return null;
  try {
    const [, expiry] = atob(signature.replaceAll('-', '+').replaceAll('_', '/')).split('.');
    return Number(expiry) > 0 ? new Date(Number(expiry)) : null;
  } catch {
    return null;
  }
}

function describe(url) {
  if (!new URL(url).searchParams.has('signature')) return 'the link, which needs no signature';
  const expiry = expiryOf(url);
  return expiry ? `the signed link, which is good until ${time(expiry)}` : 'the signed link, which is good for ever';
}

const token = () => (session.token === document.querySelector('meta[name=development-token]').content ? session.token : null);

const curl = (url, file) => `curl -fsS -H ${token() ? quoted(`Authorization: Bearer ${token()}`) : '"Authorization: Bearer $APIFY_TOKEN"'} -o ${quoted(file)} ${quoted(url)}`;
const tokenInJs = () => (token() ? literal(token()) : 'process.env.APIFY_TOKEN');
const tokenInPython = () => (token() ? literal(token()) : 'os.environ["APIFY_TOKEN"]');

const plain = (publicUrl) => {
  const url = here(publicUrl);
  url.searchParams.delete('signature');
  return String(url);
};

function withFilter(publicUrl, { prefix, collection }) {
  const url = new URL(publicUrl);
  if (prefix) url.searchParams.set('prefix', prefix);
  if (collection) url.searchParams.set('collection', collection);
  return String(url);
}

export function archiveMenu(storeOf, filterOf) {
  const archive = () => withFilter(storeOf().recordsPublicUrl, filterOf());
  const keys = () => withFilter(storeOf().keysPublicUrl, filterOf());
  const fileOf = (store) => `${store.name ?? store.id}.zip`;
  return menu('Copy', [
    ['Link of the ZIP', () => copy(archive(), `${describe(archive())} of the ZIP`)],
    ['Link of the keys', () => copy(keys(), `${describe(keys())} of the keys`)],
    ['curl', () => copy(curl(plain(archive()), fileOf(storeOf())), 'the curl line of the ZIP')],
    ['JavaScript', () => copy(
      `const response = await fetch(${literal(plain(archive()))}, { headers: { Authorization: \`Bearer \${${tokenInJs()}}\` } });`,
      'the line of JavaScript that downloads the ZIP')],
    ['Python', () => copy(
      `import os, urllib.request; open(${literal(fileOf(storeOf()))}, "wb").write(urllib.request.urlopen(urllib.request.Request(${literal(plain(archive()))}, headers={"Authorization": "Bearer " + ${tokenInPython()}})).read())`,
      'the line of Python that downloads the ZIP')],
  ], { id: 'copy-archive' });
}

export function recordMenu(store, key) {
  const url = () => `${address()}/v2/key-value-stores/${encodeURIComponent(store.id)}/records/${encodeURIComponent(key)}`;
  return menu('Copy', [
    ['Link', attempt(async () => {
      const found = await findKey(store, key);
      if (found) await copy(found.recordPublicUrl, describe(found.recordPublicUrl));
      else toast('The record is not there any more.', { isError: true });
    })],
    ['curl', () => copy(curl(url(), key), 'the curl line')],
    ['JavaScript', () => copy(
      `const record = await new ApifyClient({ baseUrl: ${literal(address())}, token: ${tokenInJs()} }).keyValueStore(${literal(store.id)}).getRecord(${literal(key)});`,
      'the line of JavaScript, for apify-client')],
    ['Python', () => copy(
      `record = ApifyClient(${tokenInPython()}, api_url=${literal(address())}).key_value_store(${literal(store.id)}).get_record(${literal(key)})`,
      'the line of Python, for apify_client')],
    ['Key', () => copy(key, 'the key')],
  ], { id: 'copy-record' });
}
