// Everything that changes a store. What is deleted can be taken back for some seconds: it is done only after them.
import { errorFrom, headersFor, lose, base, recordPath, send, sendJson, session, storePath } from './api.js';
import { announce, ask, attempt, button, bytes, copy, count, field, h, menu, showError, toast } from './dom.js';

const secondsToUndo = 6;
const atOnce = 4;
const waitAfterLimit = 400;

/** Does something after some seconds, unless it is taken back. A tab that is closed meanwhile does nothing. */
export function later(text, run, undone) {
  const timer = setTimeout(attempt(run), secondsToUndo * 1000);
  toast(text, {
    action: 'Undo',
    ms: secondsToUndo * 1000,
    run: () => {
      clearTimeout(timer);
      undone();
    },
  });
}

/** Does something with each item, some of them at once. */
async function each(items, run) {
  const left = [...items];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left.length > 0) await run(left.shift());
  }));
}

export function deleteRecords(store, keys, done) {
  const what = keys.length === 1 ? `“${keys[0]}”` : count(keys.length, 'record');
  later(`Deleting ${what}.`, async () => {
    try {
      await each(keys, (key) => send(recordPath(store, key), { method: 'DELETE' }));
      announce(`Deleted ${what}.`);
    } finally {
      await done();
    }
  }, done);
}

export function pickFiles(take) {
  const input = h('input', { type: 'file', multiple: true, change: () => take([...input.files]) });
  input.click();
}

/** A key for a file: what a key may not have becomes a hyphen. */
export const keyOf = (name) => name.replaceAll(/[^a-zA-Z0-9!\-_.'()]/g, '-').slice(0, 256);

export async function upload(store, files, done) {
  if (files.length === 0) return;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const sent = new Map();
  const running = new Set();
  let isCancelled = false;
  const bar = h('progress', { max: Math.max(1, total), value: 0, 'aria-label': 'Upload' });
  const text = h('span', null);
  const box = h('div', { class: 'toast upload' }, text, bar, button('Cancel', () => {
    isCancelled = true;
    for (const request of running) request.abort();
  }));
  document.getElementById('toasts').append(box);
  const show = () => {
    const so = [...sent.values()].reduce((sum, size) => sum + size, 0);
    bar.value = so;
    text.textContent = `Uploading ${count(files.length, 'file')}: ${bytes(so)} of ${bytes(total)}`;
  };
  show();
  let failed = 0;
  await each(files, async (file) => {
    if (isCancelled) return;
    try {
      await put(store, file, (size) => { sent.set(file, size); show(); }, running);
    } catch (error) {
      failed += 1;
      if (!isCancelled) showError(error);
    }
  });
  box.remove();
  toast(isCancelled ? 'The upload was cancelled.' : `Uploaded ${count(files.length - failed, 'file')}.`);
  await done();
}

// A request of this kind says how far it is.
function put(store, file, progress, running) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const path = recordPath(store, keyOf(file.name));
    running.add(request);
    request.open('PUT', new URL(path, base));
    for (const [name, value] of Object.entries(headersFor(path))) request.setRequestHeader(name, value);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => progress(event.loaded));
    request.addEventListener('loadend', () => {
      running.delete(request);
      if (request.status === 201) {
        progress(file.size);
        resolve();
      } else if (request.status === 429) {
        setTimeout(() => put(store, file, progress, running).then(resolve, reject), waitAfterLimit);
      } else if (request.status === 0) {
        reject(lose());
      } else {
        reject(errorFrom(request.status, request.responseText));
      }
    });
    request.send(file);
  });
}

/** Writes a text as it was edited. */
export const putText = (store, key, contentType, text) =>
  send(recordPath(store, key), { method: 'PUT', headers: { 'Content-Type': contentType }, body: new Blob([text]) });

export async function createStore(to) {
  const name = h('input', { autocomplete: 'off', spellcheck: 'false', pattern: '[a-zA-Z0-9]([a-zA-Z0-9\\-]*[a-zA-Z0-9])?', maxlength: 63 });
  if (!await ask('New store', [field('Name: letters, digits and hyphens; empty for a store without a name', name)], 'Make the store')) return;
  const query = name.value === '' ? '' : `?name=${encodeURIComponent(name.value)}`;
  const { data } = await (await send(`v2/key-value-stores${query}`, { method: 'POST' })).json();
  await to.storesChanged();
  to.open(data.id);
}

async function rename(store, to) {
  const name = h('input', { autocomplete: 'off', spellcheck: 'false', maxlength: 63 });
  const title = h('input', { autocomplete: 'off' });
  name.value = store.name ?? '';
  title.value = store.title ?? '';
  if (!await ask('Rename the store', [field('Name (empty: none)', name), field('Title, for people', title)], 'Save')) return;
  const { data } = await (await sendJson(storePath(store), 'PUT', { name: name.value || null, title: title.value || null })).json();
  toast('Renamed.');
  to.storeChanged(data);
}

const accesses = {
  FOLLOW_USER_SETTING: 'As its owner’s setting says',
  RESTRICTED: 'Its owner, and those it is shared with',
  ANYONE_WITH_ID_CAN_READ: 'All who have its id',
  ANYONE_WITH_NAME_CAN_READ: 'All who have its id or its name',
};

async function setAccess(store, to) {
  const access = h('select', null, Object.entries(accesses).map(([value, text]) => h('option', { value }, text)));
  access.value = store.generalAccess;
  const known = to.overviewOf(store.id);
  const shared = h('input', { autocomplete: 'off', spellcheck: 'false' });
  const before = (known?.sharedWith ?? []).join(', ');
  shared.value = before;
  const fields = [field('Who may read it', access), known && field('Shared with the users (separated by commas)', shared)];
  if (!await ask('Access and sharing', fields, 'Save')) return;
  const { data } = await (await sendJson(storePath(store), 'PUT', { generalAccess: access.value })).json();
  if (known && shared.value !== before) {
    const sharedWith = shared.value.split(',').map((name) => name.trim()).filter(Boolean);
    await sendJson(`_emulator/stores/${encodeURIComponent(store.id)}/sharing`, 'PUT', { sharedWith });
  }
  toast('The access is set.');
  to.storeChanged(data);
}

function deleteStore(store, to) {
  to.hideStore(store.id, true);
  later(`Deleting the store “${store.name ?? store.id}”.`, async () => {
    try {
      await send(storePath(store), { method: 'DELETE' });
    } finally {
      to.hideStore(store.id, false);
      await to.storesChanged();
    }
  }, () => to.hideStore(store.id, false));
}

export function storeMenu(store, canWrite, to) {
  return menu('Store', [
    ['Copy its id', () => copy(store.id, 'the id')],
    canWrite && ['Rename …', attempt(() => rename(store, to))],
    canWrite && ['Access and sharing …', attempt(() => setAccess(store, to))],
    canWrite && ['Delete the store', () => deleteStore(store, to)],
  ].filter(Boolean), { id: 'store-menu', class: 'menu end' });
}

export const canCreate = () => !session.health?.isReadOnly && session.user !== null;
