// The records of a store: listed while one scrolls, by prefix, by collection, from a key on.
import { findKey, get, here, send, session, storePath } from './api.js';
import { archiveMenu } from './copy.js';
import { announce, attempt, button, bytes, count, debounce, field, h } from './dom.js';
import { List } from './list.js';
import { showSizes } from './sizes.js';
import { nameOf } from './stores.js';
import { deleteRecords, pickFiles, storeMenu, upload } from './write.js';

const firstPage = 200;
const page = 500;

export class KeysPane {
  /** @param {{ open: (item) => void, back: () => void, changePlace: (changes) => void, storeChanged: (store) => void }} to */
  constructor(section, to) {
    this.section = section;
    this.to = to;
    this.chosen = new Set();
    this.hidden = new Map(); // Keys that are being deleted, by the id of their store.
    this.types = new Map(); // Content types that were seen, by store and key.
    section.addEventListener('dragover', (event) => this.canWrite && event.preventDefault());
    section.addEventListener('drop', (event) => {
      if (!this.canWrite) return;
      event.preventDefault();
      this.upload([...event.dataTransfer.files]);
    });
  }

  /** Shows a store. */
  show(store, place) {
    this.store = store;
    this.canWrite = !session.health?.isReadOnly && store.userId === session.user.id;
    this.chosen.clear();
    this.build(place);
    return this.load();
  }

  build(place) {
    const change = () => {
      this.to.changePlace(this.filter());
      attempt(() => this.load())();
    };
    this.prefix = h('input', { type: 'search', id: 'prefix', autocomplete: 'off', spellcheck: 'false', input: debounce(change, 60), keydown: (event) => event.key === 'ArrowDown' && this.box.focus() });
    this.prefix.value = place.prefix ?? '';
    this.start = h('input', { type: 'search', id: 'from-key', autocomplete: 'off', spellcheck: 'false', input: debounce(change, 60) });
    this.start.value = place.from ?? '';
    this.collection = h('select', { id: 'collection', change });
    this.collection.append(h('option', { value: '' }, 'all'));
    for (const [id, { title }] of Object.entries(this.store.schema?.collections ?? {})) {
      this.collection.append(h('option', { value: id }, title ?? id));
    }
    this.collection.value = place.collection ?? '';
    this.facts = h('span', { class: 'facts' });
    this.zip = h('a', { class: 'button', id: 'zip', download: true }, 'Download ZIP');
    this.box = h('div', { class: 'list', id: 'key-list' });
    this.empty = h('div', { class: 'empty', hidden: true });
    this.chosenBar = h('div', { class: 'bar', hidden: true });
    this.section.replaceChildren(
      h('div', { class: 'bar' },
        button('‹ Stores', this.to.back, { class: 'back', 'aria-label': 'Back to the stores' }),
        h('h2', { title: this.store.title ?? this.store.id }, nameOf(this.store)), this.facts, h('span', { class: 'space' }),
        session.health?.emulator === 'open' && button('Sizes', () => showSizes(this.store, this.prefix.value, (prefix) => this.setPrefix(prefix))),
        storeMenu(this.store, this.canWrite, this.to)),
      h('div', { class: 'fields' },
        field('Prefix', this.prefix), this.collection.options.length > 1 && field('Collection', this.collection), field('From key', this.start)),
      this.box, this.empty, this.chosenBar,
      h('div', { class: 'bar' },
        this.canWrite && button('Upload files', () => pickFiles((files) => this.upload(files))),
        this.zip, archiveMenu(() => this.store, () => this.filter())));
    this.list = new List(this.box, {
      label: 'Records',
      fill: (row, item) => this.fill(row, item),
      open: (item) => this.to.open(item, true),
      move: debounce((item) => this.to.open(item, false), 150),
      more: attempt(() => this.more()),
      isChosen: (item) => this.chosen.has(item.key),
      choose: (item) => this.choose(item),
      keydown: (event, item) => this.onKey(event, item),
    });
    this.showCount();
  }

  filter() {
    return { prefix: this.prefix.value, collection: this.collection.value, from: this.start.value };
  }

  setPrefix(prefix) {
    this.prefix.value = prefix;
    this.prefix.dispatchEvent(new Event('input'));
    this.box.focus();
  }

  fill(row, item) {
    const type = this.types.get(`${this.store.id}/${item.key}`);
    row.append(
      h('span', { class: 'mark', title: 'Choose', hidden: !this.canWrite }),
      h('span', { class: 'key', title: item.key }, item.key),
      h('span', { class: 'type' }, type?.split(';')[0]),
      h('span', { class: 'size' }, bytes(item.size)));
    row.classList.toggle('shown', item.key === this.shown);
  }

  query(limit, after) {
    const { prefix, collection } = this.filter();
    const query = new URLSearchParams({ limit });
    if (prefix) query.set('prefix', prefix);
    if (collection) query.set('collection', collection);
    if (after) query.set('exclusiveStartKey', after);
    return `${storePath(this.store)}/keys?${query}`;
  }

  /** Loads the first keys that the filter lets through. */
  async load() {
    this.loading?.abort();
    const { signal } = (this.loading = new AbortController());
    const { from, prefix } = this.filter();
    const [answer, first] = await Promise.all([
      get(this.query(firstPage, from), { signal }),
      from.startsWith(prefix) && from !== '' ? findKey(this.store, from) : undefined,
    ]).catch((error) => {
      if (error.name === 'AbortError') return [];
      this.list.set([]);
      throw error;
    });
    if (!answer || signal.aborted) return;
    const items = this.slim(first ? [first, ...answer.items] : answer.items);
    this.next = answer.nextExclusiveStartKey;
    this.list.set(items, this.next !== null);
    this.showCount();
    this.showEmpty();
    this.showArchive(signal);
  }

  async more() {
    const { signal } = this.loading;
    const answer = await get(this.query(page, this.next), { signal });
    if (signal.aborted) return;
    this.next = answer.nextExclusiveStartKey;
    this.list.items.push(...this.slim(answer.items));
    this.list.hasMore = this.next !== null;
    this.showCount();
  }

  // The URLs of a hundred thousand records would take most of the memory.
  slim(items) {
    const hidden = this.hidden.get(this.store.id);
    return items.filter(({ key }) => !hidden?.has(key)).map(({ key, size }) => ({ key, size }));
  }

  showCount() {
    const known = this.to.overviewOf(this.store.id);
    const { prefix, collection, from } = this.filter();
    const isWhole = !prefix && !collection && !from;
    const loaded = this.list.items.length;
    this.facts.textContent = isWhole && typeof known?.records === 'number'
      ? `${count(known.records, 'record')} · ${bytes(known.storageBytes)}`
      : this.list.hasMore ? `more than ${count(loaded, 'record')}` : count(loaded, 'record');
    announce(this.facts.textContent);
  }

  showEmpty() {
    const isEmpty = this.list.items.length === 0;
    this.box.hidden = isEmpty;
    this.empty.hidden = !isEmpty;
    if (!isEmpty) return;
    const { prefix, collection, from } = this.filter();
    this.empty.replaceChildren(h('p', null,
      prefix || collection || from ? 'No record is like this. Make the prefix shorter, or choose another collection.'
        : this.canWrite ? 'This store has no records yet. Drop files here, or use “Upload files”.' : 'This store has no records yet.'));
  }

  /** The link of the archive, with its size where the server knows it. */
  async showArchive(signal) {
    const { prefix, collection } = this.filter();
    const url = here(this.store.recordsPublicUrl);
    if (prefix) url.searchParams.set('prefix', prefix);
    if (collection) url.searchParams.set('collection', collection);
    this.zip.href = url;
    const what = prefix || collection ? 'Download these as ZIP' : 'Download ZIP';
    this.zip.textContent = what;
    const answer = await send(String(url), { method: 'HEAD', signal }).catch(() => null);
    const length = answer?.headers.get('Content-Length');
    if (length && !signal.aborted) this.zip.textContent = `${what} (${bytes(Number(length))})`;
  }

  choose(item) {
    if (!this.canWrite) return;
    if (!this.chosen.delete(item.key)) this.chosen.add(item.key);
    this.list.mark();
    this.showChosen();
  }

  showChosen() {
    this.chosenBar.hidden = this.chosen.size === 0;
    this.chosenBar.replaceChildren(
      h('span', null, `${count(this.chosen.size, 'record')} chosen`),
      button('Delete', () => this.delete([...this.chosen])),
      button('Choose none', () => { this.chosen.clear(); this.list.mark(); this.showChosen(); }));
  }

  onKey(event, item) {
    if (event.key === 'Delete' && this.canWrite && item) this.delete(this.chosen.size > 0 ? [...this.chosen] : [item.key]);
    else if (event.key === 'Escape' && this.chosen.size > 0) { this.chosen.clear(); this.list.mark(); this.showChosen(); }
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && this.canWrite) {
      for (const { key } of this.list.items) this.chosen.add(key);
      this.list.mark();
      this.showChosen();
    } else return false;
    return true;
  }

  delete(keys) {
    const { store, hidden } = this;
    const gone = new Set(keys);
    const before = this.list.items;
    hidden.set(store.id, (hidden.get(store.id) ?? new Set()).union(gone));
    this.chosen.clear();
    this.showChosen();
    if (gone.has(this.shown)) this.to.open(null);
    const { active } = this.list;
    const top = this.box.scrollTop;
    this.list.set(before.filter(({ key }) => !gone.has(key)), this.list.hasMore);
    this.box.scrollTop = top;
    if (this.list.items.length > 0) this.list.select(active, false);
    this.showEmpty();
    this.box.focus();
    deleteRecords(store, keys, async () => {
      hidden.set(store.id, hidden.get(store.id).difference(gone));
      if (this.store.id === store.id) await this.load();
      this.to.storesChanged();
    });
  }

  upload(files) {
    upload(this.store, files, async () => {
      await this.load();
      this.to.storesChanged();
    });
  }

  /** Notes what was learnt of a record. */
  learn(key, { type, size }) {
    if (type) this.types.set(`${this.store.id}/${key}`, type);
    const item = this.list.items.find((each) => each.key === key);
    if (item && size !== undefined) item.size = size;
    this.list.refill();
  }

  markShown(key) {
    this.shown = key;
    this.list.refill();
  }
}
