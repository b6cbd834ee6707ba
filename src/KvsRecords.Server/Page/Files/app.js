// The page: who looks, what is shown, and the place in it, which is in the URL behind the '#'.
import { askHealth, base, get, keepSession, session } from './api.js';
import { $, ask, attempt, button, field, h, showError } from './dom.js';
import { EmulatorPane, showEmulatorButton } from './emulator.js';
import { KeysPane } from './keys.js';
import { Preview } from './preview.js';
import { StoresPane, getStore, nameOf } from './stores.js';
import { canCreate, createStore } from './write.js';

const healthEveryMs = 5000;

const readPlace = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
let place = readPlace();

// First of all: nothing that is shown or copied has the token.
if (place.token) {
  session.token = place.token;
  keepSession();
  delete place.token;
  history.replaceState(null, '', `#${new URLSearchParams(place)}`);
}

function setPlace(changes, { isNew = false } = {}) {
  place = Object.fromEntries(Object.entries({ ...place, ...changes }).filter(([, value]) => value));
  const hash = `#${new URLSearchParams(place)}`;
  if (hash === location.hash) return;
  if (isNew) history.pushState(null, '', hash);
  else history.replaceState(null, '', hash);
}

const pane = (name) => { $('browse').dataset.pane = name; };

const actions = {
  base,
  open: attempt(async (idOrName) => {
    const store = await getStore(idOrName);
    setPlace({ store: store.id, key: '', view: '', prefix: '', collection: '', from: '' }, { isNew: true });
    await showStore(store);
    $('key-list')?.focus();
  }),
  overviewOf: (id) => stores.overview.get(id),
  storesChanged: () => loadStores(),
  storeChanged: attempt(async (store) => {
    await loadStores();
    await showStore(store);
  }),
  hideStore: (id, isHidden) => {
    stores.hide(id, isHidden);
    if (isHidden && keys.store?.id === id) leaveStore();
  },
  changePlace: setPlace,
};

const stores = new StoresPane(actions);
const keys = new KeysPane($('keys'), {
  ...actions,
  back: () => leaveStore(),
  open: (item, isFocused) => openRecord(item, isFocused),
});
const preview = new Preview($('record'), {
  changePlace: setPlace,
  learn: (key, facts) => keys.learn(key, facts),
  deleteKey: (key) => keys.delete([key]),
  back: () => {
    closeRecord();
    keys.box.focus();
  },
});
const emulator = new EmulatorPane($('emulator'), { everythingChanged: attempt(() => reload()) });

async function loadStores() {
  await stores.load();
  attempt(() => stores.count())();
}

async function showStore(store) {
  document.title = `${nameOf(store)} · KvsRecords`;
  $('welcome').hidden = true;
  $('keys').hidden = false;
  hideRecord();
  pane('keys');
  stores.markShown(store.id);
  await keys.show(store, place);
}

function leaveStore() {
  setPlace({ store: '', key: '', view: '', prefix: '', collection: '', from: '' }, { isNew: true });
  showNoStore();
  $('store-list').focus();
}

function showNoStore() {
  document.title = 'KvsRecords';
  keys.store = undefined;
  $('keys').hidden = true;
  hideRecord();
  $('welcome').hidden = false;
  $('welcome').replaceChildren(h('p', null, 'Choose a store to see its records.'));
  pane('stores');
  stores.markShown(null);
}

function hideRecord() {
  $('record').hidden = true;
  $('record').replaceChildren();
}

function closeRecord() {
  hideRecord();
  if (place.key) setPlace({ key: '', view: '' });
  if (keys.store) {
    keys.markShown(null);
    pane('keys');
  }
}

async function openRecord(item, isFocused) {
  if (!item) {
    closeRecord();
    return;
  }
  const isOpen = !$('record').hidden;

  // Enter has opened it already, before the wait after an arrow was over.
  if (!isFocused && isOpen && keys.shown === item.key) return;
  setPlace({ key: item.key }, { isNew: !isOpen });
  $('record').hidden = false;
  if (isFocused || isOpen) pane('record');
  keys.markShown(item.key);
  await preview.show(keys.store, item, keys.canWrite, place.view);
  if (isFocused) $('panel')?.focus();
}

/** Shows the place that the URL names. */
const showPlace = attempt(async () => {
  const isEmulator = place.show === 'emulator';
  $('browse').hidden = isEmulator;
  $('emulator').hidden = !isEmulator;
  for (const [id, isShown] of [['show-stores', !isEmulator], ['show-emulator', isEmulator]]) {
    if (isShown) $(id).setAttribute('aria-current', 'page');
    else $(id).removeAttribute('aria-current');
  }
  if (isEmulator) {
    await emulator.show();
    return;
  }
  if (!place.store) {
    showNoStore();
    return;
  }
  const { key } = place;
  await showStore(keys.store?.id === place.store ? keys.store : await getStore(place.store));
  if (key) await openRecord({ key }, false);
});

async function reload() {
  await askHealth();
  showEmulatorButton();
  await loadStores();
  if (keys.store && place.store) keys.store = await getStore(place.store);
  await showPlace();
}

function showUser() {
  const menu = $('user-menu');
  const { username } = session.user;
  menu.querySelector('summary').textContent = username;
  const others = Object.keys(session.tokens).filter((name) => name !== username);
  menu.querySelector('div').replaceChildren(
    ...others.map((name) => button(`Look as ${name}`, () => use(session.tokens[name]))),
    button('Look as another user …', () => { menu.open = false; signIn(''); }),
    button('Forget the tokens', () => {
      Object.assign(session, { token: null, tokens: {}, emulatorToken: null });
      keepSession();
      location.reload();
    }));
}

async function use(token) {
  session.token = token;
  session.user = null;
  setPlace({ store: '', key: '', view: '', prefix: '', collection: '', from: '' });
  await start();
}

function signIn(problem) {
  const token = h('input', { type: 'password', autocomplete: 'current-password', id: 'token' });
  const section = $('sign-in');
  section.replaceChildren(h('form', {
    class: 'card',
    submit: (event) => {
      event.preventDefault();
      use(token.value.trim());
    },
  },
  h('h2', null, 'Which user?'),
  h('p', null, 'The API token of a user, as the configuration has it. It is kept for this tab.'),
  problem && h('p', { role: 'alert', class: 'bad' }, problem),
  field('API token', token),
  h('div', { class: 'bar' }, h('button', { class: 'main', type: 'submit' }, 'Look'), session.user && button('Cancel', () => { section.hidden = true; showPlace(); }))));
  section.hidden = false;
  $('browse').hidden = true;
  $('emulator').hidden = true;
  token.focus();
}

async function start() {
  session.token ??= document.querySelector('meta[name=development-token]').content || null;
  if (!session.token) {
    signIn('');
    return;
  }
  try {
    [session.user] = await Promise.all([get('v2/users/me'), askHealth(), stores.load()]);
  } catch (error) {
    if (error.isLost) return;
    signIn(`${error.message} (${error.status} ${error.type})`);
    return;
  }
  session.tokens[session.user.username] = session.token;
  keepSession();
  $('sign-in').hidden = true;
  showUser();
  showEmulatorButton();
  $('create-store').hidden = !canCreate();
  stores.filter();
  attempt(() => stores.count())();
  await showPlace();
  document.body.dataset.ready = '';
  performance.mark('usable');
}

const help = () => ask('Help', [h('table', null, h('tbody', null, [
  ['/', 'to the search: the prefix of keys, or the name of a store'],
  ['↑ ↓ PgUp PgDn Home End', 'within a list'],
  ['Enter', 'open'],
  ['Space', 'choose a record; Ctrl+A chooses all that are loaded'],
  ['Delete', 'delete what is chosen; it can be taken back for some seconds'],
  ['Esc', 'from a record back to its row, from the records to the stores'],
  ['Ctrl+Enter', 'save what is edited'],
  ['?', 'this help'],
].map(([key, what]) => h('tr', null, h('th', { scope: 'row' }, key), h('td', null, what)))))]);

document.addEventListener('keydown', (event) => {
  const isTyping = event.target.matches('input, textarea, select') || document.querySelector('dialog[open]');
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && event.target.closest('#keys')) {
    if (event.target.matches('input')) keys.box.focus();
    else leaveStore();
  } else if (isTyping) return;
  else if (event.key === '/') ($('keys').hidden ? $('find-store') : keys.prefix).focus();
  else if (event.key === '?') help();
  else return;
  event.preventDefault();
});

$('show-stores').addEventListener('click', () => { setPlace({ show: '' }, { isNew: true }); showPlace(); });
$('show-emulator').addEventListener('click', () => { setPlace({ show: 'emulator' }, { isNew: true }); showPlace(); });
$('refresh').addEventListener('click', attempt(reload));
$('help-button').addEventListener('click', help);
$('create-store').addEventListener('click', attempt(() => createStore(actions)));
addEventListener('popstate', () => { place = readPlace(); showPlace(); });
addEventListener('stores-counted', () => keys.store && keys.showCount());
addEventListener('server-found', () => (session.user ? attempt(reload)() : start()));
setInterval(() => document.visibilityState === 'visible' && session.user && askHealth(), healthEveryMs);

start();
