// One record: what it is, as a person wants to see it. No record ever belongs to this page: HTML is in a sandboxed frame whose policy lets
// nothing run and nothing load, and pictures are pictures.
import { findKey, here, recordPath, send } from './api.js';
import { recordMenu } from './copy.js';
import { announce, attempt, button, bytes, h, toast } from './dom.js';
import { jsonTree } from './json.js';
import { putText } from './write.js';

const wholeUpTo = 5 * 1024 * 1024;
const pictureUpTo = 50 * 1024 * 1024;
const editUpTo = 1024 * 1024;
const firstText = 64 * 1024;
const moreText = 512 * 1024;
const hexAtOnce = 2048;
const hexRow = 16;

const records = globalThis.trustedTypes?.createPolicy('record', { createHTML: (html) => html });

/** The bytes of a record: all of them, or those that are asked for. */
class Source {
  constructor(store, key, total, response) {
    Object.assign(this, { store, key, total, response });
    this.type = (response.headers.get('Content-Type') ?? '').toLowerCase();
    this.contentType = response.headers.get('Content-Type') ?? 'application/octet-stream';
    this.kind = this.type.split(';')[0].trim();
    this.charset = /charset="?([^;"\s]+)/.exec(this.type)?.[1] ?? 'utf-8';
  }

  async read(from, to) {
    if (this.all) return this.all.subarray(from, to);
    if (this.total === 0) return new Uint8Array();
    const answer = await send(recordPath(this.store, this.key), { headers: { Range: `bytes=${from}-${Math.min(to, this.total) - 1}` } });
    return new Uint8Array(await answer.arrayBuffer());
  }

  decoder() {
    try {
      return new TextDecoder(this.charset);
    } catch {
      return new TextDecoder();
    }
  }
}

const isJson = (kind) => /^application\/(.*\+)?json$/.test(kind);
const isText = (kind) => /^text\/|[/+](xml|javascript|x-javascript|yaml|x-yaml|toml|x-ndjson|ndjson|jsonl|sql|x-sh)$/.test(kind);

export class Preview {
  /** @param {{ back: () => void, deleteKey: (key) => void, learn: (key, facts) => void, changePlace: (changes) => void }} to */
  constructor(section, to) {
    this.section = section;
    this.to = to;
    this.urls = [];
    section.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      to.back();
      event.preventDefault();
    });
  }

  async show(store, item, canWrite, view) {
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    for (const url of this.urls.splice(0)) URL.revokeObjectURL(url);
    Object.assign(this, { store, item, canWrite });
    this.section.setAttribute('aria-busy', 'true');
    try {
      const source = await this.open(store, item, loading.signal);
      if (loading.signal.aborted) return;
      await this.build(source, view);
    } catch (error) {
      if (loading.signal.aborted) return;
      this.section.replaceChildren(this.head(), h('p', { class: 'empty' },
        error.status === 404 ? 'This record is not there any more.' : error.type ? `${error.message} (${error.status} ${error.type})` : error.message));
    } finally {
      if (!loading.signal.aborted) this.section.removeAttribute('aria-busy');
    }
  }

  async open(store, item, signal) {
    this.found = findKey(store, item.key);
    this.found.catch(() => {});
    const path = recordPath(store, item.key);
    let size = item.size;
    let response;
    if (size === undefined || size > wholeUpTo) {
      response = await send(path, { method: 'HEAD', signal });
      size = Number(response.headers.get('Content-Length'));
    }
    if (size > wholeUpTo) return new Source(store, item.key, size, response);
    response = await send(path, { signal });
    const source = new Source(store, item.key, size, response);
    source.all = new Uint8Array(await response.arrayBuffer());
    source.total = source.all.length;
    return source;
  }

  head() {
    return h('div', { class: 'bar' },
      button('‹ Records', this.to.back, { class: 'back', 'aria-label': 'Back to the records' }),
      h('h2', { title: this.item.key }, this.item.key), h('span', { class: 'space' }),
      button('Close', this.to.back, { class: 'close' }));
  }

  async build(source, wanted) {
    const views = await this.viewsOf(source);
    const names = Object.keys(views);
    const name = names.includes(wanted) ? wanted : names[0];
    this.to.learn(this.item.key, { type: source.type, size: source.total });
    const tabs = h('div', { role: 'tablist', class: 'tabs', 'aria-label': 'Ways to see it' });
    const panel = h('div', { role: 'tabpanel', class: 'panel', tabindex: 0, id: 'panel' });
    const select = attempt(async (chosen, isFocused) => {
      for (const tab of tabs.children) {
        const isChosen = tab.dataset.name === chosen;
        tab.setAttribute('aria-selected', isChosen);
        tab.tabIndex = isChosen ? 0 : -1;
        if (isChosen && isFocused) tab.focus();
      }
      panel.setAttribute('aria-label', chosen);
      panel.replaceChildren(await views[chosen]());
    });
    for (const each of names) {
      tabs.append(button(each, () => { select(each); this.to.changePlace({ view: each }); }, { role: 'tab', 'data-name': each, 'aria-controls': 'panel' }));
    }
    tabs.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const at = names.indexOf(event.target.dataset.name);
      select(names[(at + step + names.length) % names.length], true);
      event.preventDefault();
    });
    const download = h('a', { class: 'button', download: true }, 'Download');
    this.section.replaceChildren(
      this.head(),
      h('div', { class: 'facts' }, [source.contentType, bytes(source.total), source.response.headers.get('Last-Modified') && new Date(source.response.headers.get('Last-Modified')).toLocaleString()].filter(Boolean).join(' · ')),
      tabs, panel,
      h('div', { class: 'bar' }, download, recordMenu(this.store, this.item.key),
        this.mayEdit(source) && button('Edit', () => this.edit(source, panel, () => select(name))),
        this.canWrite && button('Delete', () => this.to.deleteKey(this.item.key))));
    await select(name);
    announce(`${this.item.key}, ${source.contentType}, ${bytes(source.total)}`);
    const found = await this.found.catch(() => null);
    if (!found) return;
    download.href = here(found.recordPublicUrl);
    download.search += `${download.search ? '&' : '?'}attachment=1`;
  }

  async viewsOf(source) {
    const { kind } = source;
    const text = () => this.text(source);
    const views = {};
    if (isJson(kind) && source.all) views.Tree = () => this.tree(source);
    else if (kind === 'text/html' && source.all) views.Rendered = () => this.rendered(source);
    else if (kind.startsWith('image/')) views.Picture = () => this.picture(source);
    else if (/^(audio|video)\//.test(kind)) views.Play = () => this.media(source);
    else if (kind === 'application/pdf') views.PDF = () => this.pdf();
    if (isJson(kind) || isText(kind) || kind === 'image/svg+xml' || (Object.keys(views).length === 0 && await this.looksLikeText(source))) views.Text = text;
    views.Hex = () => this.hex(source);
    views.Headers = () => this.headers(source);
    return views;
  }

  async looksLikeText(source) {
    const start = await source.read(0, 4096);
    if (start.includes(0)) return false;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
      return true;
    } catch {
      return false;
    }
  }

  tree(source) {
    try {
      return jsonTree(source.decoder().decode(source.all));
    } catch (error) {
      return h('p', { class: 'empty' }, `This is no JSON: ${error.message}. See it as text.`);
    }
  }

  async text(source) {
    const decoder = source.decoder();
    const shown = h('pre', null);
    const more = button('Show more', attempt(async () => show(moreText)), { hidden: true });
    let at = 0;
    const show = async (length) => {
      const to = Math.min(source.total, at + length);
      const part = await source.read(at, to);
      at = to;
      shown.append(decoder.decode(part, { stream: at < source.total }));
      more.hidden = at >= source.total;
      more.textContent = `Show more (${bytes(source.total - at)} left)`;
    };
    await show(firstText);
    return h('div', null, shown, more);
  }

  rendered(source) {
    const frame = h('iframe', { sandbox: '', title: 'The HTML, without scripts and without anything from elsewhere', referrerpolicy: 'no-referrer' });
    const html = source.decoder().decode(source.all);
    frame.srcdoc = records ? records.createHTML(html) : html;
    return frame;
  }

  async picture(source) {
    if (source.total > pictureUpTo) return h('p', { class: 'empty' }, `The picture has ${bytes(source.total)}. Download it to see it.`);
    const url = URL.createObjectURL(new Blob([await source.read(0, source.total)], { type: source.kind }));
    this.urls.push(url);
    const picture = h('img', { src: url, alt: this.item.key, error: () => picture.replaceWith(h('p', { class: 'empty' }, 'The browser cannot show this picture. See it in hex.')) });
    return picture;
  }

  async media(source) {
    const found = await this.found;
    return h(source.kind.startsWith('video/') ? 'video' : 'audio', { controls: true, preload: 'metadata', src: here(found.recordPublicUrl), 'aria-label': this.item.key });
  }

  async pdf() {
    const found = await this.found;
    return h('p', { class: 'empty' }, h('a', { href: here(found.recordPublicUrl), target: '_blank', rel: 'noopener' }, 'Open the PDF in a tab of its own'));
  }

  async hex(source) {
    const shown = h('pre', { class: 'hex' });
    const more = button('Show more', attempt(async () => show()), { hidden: true });
    let at = 0;
    const show = async () => {
      const part = await source.read(at, at + hexAtOnce);
      for (let row = 0; row < part.length; row += hexRow) {
        const line = [...part.subarray(row, row + hexRow)];
        const codes = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ').padEnd(hexRow * 3 - 1);
        const letters = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
        shown.append(`${(at + row).toString(16).padStart(8, '0')}  ${codes}  ${letters}\n`);
      }
      at += part.length;
      more.hidden = part.length === 0 || at >= source.total;
    };
    await show();
    return h('div', null, shown, more);
  }

  headers(source) {
    return h('table', null, h('tbody', null, [...source.response.headers].map(([name, value]) => h('tr', null, h('th', { scope: 'row' }, name), h('td', null, value)))));
  }

  mayEdit(source) {
    const isUtf8 = /^utf-?8$/.test(source.charset) || source.total === 0;
    return this.canWrite && source.all && source.total <= editUpTo && isUtf8 && (isJson(source.kind) || isText(source.kind));
  }

  edit(source, panel, back) {
    const { store, item } = this;
    const area = h('textarea', { 'aria-label': `The text of ${item.key}`, spellcheck: 'false' });
    area.value = source.decoder().decode(source.all);
    const save = attempt(async () => {
      if (isJson(source.kind)) {
        try {
          JSON.parse(area.value);
        } catch (error) {
          toast(`This is no JSON: ${error.message}.`, { isError: true });
          return;
        }
      }
      const now = await send(recordPath(store, item.key), { method: 'HEAD' });
      if (now.headers.get('ETag') !== source.response.headers.get('ETag') && !overwrite.checked) {
        changed.hidden = false;
        overwrite.focus();
        return;
      }
      await putText(store, item.key, source.contentType, area.value);
      toast('Saved.');
      await this.show(store, { key: item.key }, this.canWrite);
    });
    const overwrite = h('input', { type: 'checkbox' });
    const changed = h('label', { hidden: true, role: 'alert' }, overwrite, ' The record was changed meanwhile. Write over it all the same.');
    area.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        back();
      } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
    });
    panel.replaceChildren(h('div', { class: 'edit' }, area, changed, h('div', { class: 'bar' }, button('Save', save, { class: 'main' }), button('Cancel', back))));
    area.focus();
  }
}
