// The list of stores: the caller's, and those that are shared with them.
import { get, session, storePath } from './api.js';
import { $, bytes, count, debounce, h } from './dom.js';
import { List } from './list.js';

const page = 1000;

export const nameOf = (store) => (store.name ? `${store.username}~${store.name}` : store.id);

export class StoresPane {
  /** @param {{ open: (idOrName: string) => void }} to */
  constructor(to) {
    this.to = to;
    this.all = [];
    /** Numbers of records by id, where the emulator's part is open. */
    this.overview = new Map();
    this.hidden = new Set();
    this.list = new List($('store-list'), {
      label: 'Stores',
      rowHeight: 44,
      fill: (row, store) => this.fill(row, store),
      open: (store) => to.open(store.id),
    });
    const find = $('find-store');
    find.addEventListener('input', debounce(() => this.filter(), 60));
    find.addEventListener('paste', () => setTimeout(() => this.filtered.length === 0 && this.openText()));
    find.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.openText();
      if (event.key === 'ArrowDown') $('store-list').focus();
    });
  }

  fill(row, store) {
    const known = this.overview.get(store.id);
    const facts = [
      store.username,
      typeof known?.records === 'number' && count(known.records, 'record'),
      bytes(known?.storageBytes ?? store.stats.storageBytes),
    ].filter(Boolean);
    row.classList.add('store');
    row.classList.toggle('shown', store.id === this.shown);
    row.append(
      h('span', { class: 'key' }, store.name ?? h('i', null, `without a name, ${store.id}`)),
      h('span', { class: 'facts' }, facts.join(' · ')));
  }

  async load() {
    const stores = [];
    for (let total = 1; stores.length < total;) {
      const answer = await get(`v2/key-value-stores?unnamed=1&limit=${page}&offset=${stores.length}`);
      stores.push(...answer.items);
      if (answer.items.length === 0) break;
      total = answer.total;
      if (stores.length < total) this.put(stores);
    }
    this.put(stores);
  }

  /** Counts the records of all stores, where the emulator's part is open. */
  async count() {
    if (session.health?.emulator !== 'open') return;
    const { items } = await get('_emulator/stores');
    this.overview = new Map(items.map((item) => [item.id, item]));
    this.list.refill();
    dispatchEvent(new Event('stores-counted'));
  }

  put(stores) {
    this.all = stores;
    this.filter();
  }

  hide(id, isHidden) {
    if (isHidden) this.hidden.add(id);
    else this.hidden.delete(id);
    this.filter();
  }

  filter() {
    const text = $('find-store').value.trim().toLowerCase();
    const there = this.all.filter((store) => !this.hidden.has(store.id));
    this.filtered = text === '' ? there
      : there.filter((store) => store.id.toLowerCase().includes(text) || nameOf(store).toLowerCase().includes(text) || store.title?.toLowerCase().includes(text));
    const top = this.list.element.scrollTop;
    this.list.set(this.filtered);
    this.list.element.scrollTop = top;
    $('store-list').hidden = this.filtered.length === 0;
    const empty = $('no-stores');
    empty.hidden = this.filtered.length > 0;
    if (!empty.hidden) empty.replaceChildren(...(text === '' ? this.firstSteps() : [h('p', null, 'No store of yours has this in its name. Enter opens the store with this id, or username~name.')]));
  }

  firstSteps() {
    if (session.health?.isReadOnly) return [h('p', null, 'The folder has no stores yet. They are here as soon as a crawler writes them: press Refresh.')];
    const token = document.querySelector('meta[name=development-token]').content || '…';
    const url = String(new URL('.', this.to.base)).replace(/\/$/, '');
    return [
      h('p', null, 'There are no stores yet. Make one with “New store”, or let your application do it. These variables lead the SDK here:'),
      h('pre', { tabindex: 0 }, `export APIFY_API_BASE_URL='${url}' \\\n  APIFY_API_PUBLIC_BASE_URL='${url}' \\\n  APIFY_CLIENT_BASE_URL='${url}' \\\n  APIFY_TOKEN='${token}'`),
    ];
  }

  openText() {
    const text = $('find-store').value.trim();
    const same = this.filtered.find((store) => text === store.id || text === nameOf(store) || text === store.name);
    if (same ?? (this.filtered.length === 1 && this.filtered[0])) this.to.open((same ?? this.filtered[0]).id);
    else if (text !== '') this.to.open(text);
  }

  markShown(id) {
    this.shown = id;
    this.list.refill();
  }
}

export const getStore = (idOrName) => get(storePath(idOrName));
