// What steers the emulator: the requests that came, faults, the clock, and the way back to the start.
import { get, keepSession, send, sendJson, session } from './api.js';
import { $, ask, attempt, bytes, button, count, debounce, field, h, toast } from './dom.js';
import { List } from './list.js';
import { later } from './write.js';

const everyMs = 1000;

const operations = [
  'listStores', 'createStore', 'getStore', 'updateStore', 'deleteStore', 'listKeys', 'downloadRecords', 'getRecord', 'putRecord', 'deleteRecord',
  'getRun', 'getUser', 'getLimits', 'updateLimits', 'getMonthlyUsage',
];
const effects = ['refuse', 'abort-before-headers', 'abort', 'truncate', 'abort-before-end', 'malformed-chunk', 'stall', 'wrong-crc', 'expired'];

const input = (properties) => h('input', { autocomplete: 'off', spellcheck: 'false', ...properties });
const choices = (all) => h('select', null, h('option', { value: '' }, 'any'), all.map((value) => h('option', { value }, value)));

export class EmulatorPane {
  /** @param {{ everythingChanged: () => void }} to */
  constructor(section, to) {
    this.section = section;
    this.to = to;
    setInterval(attempt(async () => {
      if (!section.hidden && this.list && !this.isPaused.checked && document.visibilityState === 'visible') await this.poll();
    }), everyMs);
  }

  async show() {
    if (session.health?.emulator === 'token') return this.askForToken();
    this.build();
    return Promise.all([this.poll(), this.showFaults(), this.showClock()]);
  }

  askForToken() {
    this.list = undefined;
    const token = input({ type: 'password', autocomplete: 'current-password' });
    this.section.replaceChildren(h('form', {
      class: 'card',
      submit: attempt(async (event) => {
        event.preventDefault();
        session.emulatorToken = token.value;
        await get('_emulator/clock');
        keepSession();
        session.health.emulator = 'open';
        this.to.everythingChanged();
        await this.show();
      }),
    }, h('h2', null, 'Emulator'), h('p', null, 'This part asks for the token of --emulator-token. It is kept for this tab.'), field('Token', token), h('button', { class: 'main', type: 'submit' }, 'Open')));
  }

  build() {
    this.items = new Map();
    this.box = h('div', { class: 'list', id: 'request-list' });
    this.ofStore = input({ type: 'search', id: 'request-store', input: debounce(() => this.restart(), 200) });
    this.ofStatus = input({ type: 'number', min: 100, max: 599, id: 'request-status', input: debounce(() => this.restart(), 200) });
    this.isPaused = h('input', { type: 'checkbox' });
    this.requestCount = h('span', { class: 'facts' });
    this.faults = h('div');
    this.clock = h('div');
    this.section.replaceChildren(
      h('section', { 'aria-label': 'Requests that came', class: 'requests' },
        h('div', { class: 'bar' }, h('h2', null, 'Requests'), this.requestCount, h('span', { class: 'space' }),
          h('label', null, this.isPaused, ' Pause'),
          button('Forget them', attempt(async () => { await send('_emulator/requests', { method: 'DELETE' }); this.restart(); }))),
        h('div', { class: 'fields' }, field('Store', this.ofStore), field('Status', this.ofStatus)),
        this.box),
      h('div', { class: 'cards' },
        h('section', { class: 'card', 'aria-label': 'Faults' }, h('h2', null, 'Faults'), this.faults, this.faultForm()),
        h('section', { class: 'card', 'aria-label': 'Clock' }, h('h2', null, 'Clock'), this.clock),
        h('section', { class: 'card', 'aria-label': 'Reset' }, h('h2', null, 'Reset'),
          h('p', null, 'Everything as it was when the server had just started: the stores of the seeds and of the configuration, no faults, the real time.'),
          button('Reset everything', () => this.reset()))));
    this.list = new List(this.box, {
      label: 'Requests that came, the newest first',
      fill: (row, request) => this.fill(row, request),
      open: (request) => this.details(request),
    });
  }

  fill(row, request) {
    const isBad = request.status >= 400 || request.brokenOff;
    row.append(
      h('span', { class: 'time' }, new Date(request.time).toLocaleTimeString()),
      h('span', { class: isBad ? 'status bad' : 'status' }, request.brokenOff ? 'broken' : String(request.status ?? '…')),
      h('span', { class: 'method' }, request.method),
      h('span', { class: 'key' }, `${request.path}${request.query && `?${request.query}`}`),
      h('span', { class: 'size' }, request.durationMillis === null ? '' : `${request.durationMillis} ms`),
      h('span', { class: 'size' }, bytes(request.bytesSent)));
  }

  details(request) {
    return ask('Request', [h('table', null, h('tbody', null,
      Object.entries(request).map(([name, value]) => h('tr', null, h('th', { scope: 'row' }, name), h('td', null, value === null ? '–' : String(value))))))]);
  }

  restart() {
    this.items = new Map();
    attempt(() => this.poll())();
  }

  async poll() {
    const { items } = this;
    const query = new URLSearchParams();
    if (this.ofStore.value) query.set('store', this.ofStore.value);
    if (this.ofStatus.value && this.ofStatus.checkValidity()) query.set('status', this.ofStatus.value);
    // Those that had not ended are asked for again.
    const known = [...items.values()];
    const since = known.find((request) => request.durationMillis === null)?.time ?? known.at(-1)?.time;
    if (since) query.set('since', since);
    const answer = await get(`_emulator/requests?${query}`);
    if (items !== this.items) return;
    const before = items.size;
    let isChanged = before === 0;
    for (const request of answer.items) {
      isChanged ||= items.get(request.id)?.durationMillis === undefined || items.get(request.id).durationMillis === null;
      items.set(request.id, request);
    }
    if (!isChanged) return;
    const all = [...items.values()].sort((one, other) => other.id - one.id);
    const top = this.box.scrollTop;
    const { active } = this.list;
    this.list.set(all);
    // The rows that one looks at stay where they are.
    if (top > 0) this.box.scrollTop = top + (items.size - before) * this.list.options.rowHeight;
    if (active >= 0) this.list.active = Math.min(active + items.size - before, all.length - 1);
    this.list.refill();
    this.requestCount.textContent = count(all.length, 'request');
  }

  faultForm() {
    const operation = choices(operations);
    const store = input();
    const status = input({ type: 'number', min: 400, max: 599 });
    const times = input({ type: 'number', min: 1 });
    const delay = input({ type: 'number', min: 0 });
    const effect = choices(effects);
    effect.options[0].textContent = 'none';
    return h('form', {
      submit: attempt(async (event) => {
        event.preventDefault();
        const rule = Object.fromEntries(Object.entries({
          operation: operation.value, store: store.value, status: Number(status.value), count: Number(times.value), delayMs: Number(delay.value), effect: effect.value,
        }).filter(([, value]) => value));
        await this.setFaults([...this.rules, rule]);
      }),
    }, h('div', { class: 'fields' },
      field('Requests', operation), field('Store', store), field('How many', times),
      field('Status', status), field('Delay in ms', delay), field('Effect', effect)),
    h('button', { type: 'submit' }, 'Set the fault'));
  }

  async setFaults(rules) {
    await sendJson('_emulator/faults', 'PUT', rules);
    await this.showFaults();
  }

  async showFaults() {
    const states = await get('_emulator/faults');
    this.rules = states.map(({ rule }) => rule);
    this.faults.replaceChildren(states.length === 0
      ? h('p', null, 'Nothing goes wrong. A fault makes the requests of your application fail; this page meets none.')
      : h('ul', { class: 'plain' }, states.map(({ rule, matched, applied }, index) => h('li', null,
        h('code', null, JSON.stringify(rule)), ` matched ${matched}, applied ${applied} `,
        button('Remove', attempt(() => this.setFaults(this.rules.filter((_, other) => other !== index))), { 'aria-label': `Remove the fault ${JSON.stringify(rule)}` })))));
  }

  async showClock() {
    const clock = await get('_emulator/clock');
    const instant = input({ type: 'text', placeholder: '2026-01-31T12:00:00.000Z' });
    const offset = input({ type: 'number', step: 'any' });
    const set = attempt(async (value) => {
      await (value ? sendJson('_emulator/clock', 'PUT', value) : send('_emulator/clock', { method: 'DELETE' }));
      await this.showClock();
      toast('The clock is set.');
    });
    this.clock.replaceChildren(
      h('p', null, `The server takes it to be ${clock.now}: `,
        clock.instant ? 'time stands still.' : clock.offsetSecs ? `${clock.offsetSecs} s ahead of the real time.` : 'the real time.'),
      h('div', { class: 'fields' }, field('Stand still at', instant), field('Ahead by seconds', offset)),
      h('div', { class: 'bar' },
        button('Stand still', () => set({ instant: instant.value })), button('Move ahead', () => set({ offsetSecs: Number(offset.value) })), button('Real time', () => set(null))));
  }

  reset() {
    later('Resetting everything.', async () => {
      await send('_emulator/reset', { method: 'POST' });
      toast('Everything is as at the start.');
      this.restart();
      await Promise.all([this.showFaults(), this.showClock()]);
      this.to.everythingChanged();
    }, () => {});
  }
}

export const showEmulatorButton = () => {
  $('show-emulator').hidden = !['open', 'token'].includes(session.health?.emulator);
};
