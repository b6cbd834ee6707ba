// A picture of a store: where its bytes are.
import { get } from './api.js';
import { ask, attempt, button, bytes, count, h } from './dom.js';

const path = (store, what) => `_emulator/stores/${encodeURIComponent(store.id)}/${what}`;

function bars(items, total, open) {
  const most = Math.max(1, ...items.map((item) => item.storageBytes));
  return h('ul', { class: 'bars' }, items.map((item) => {
    const share = total > 0 ? Math.round((100 * item.storageBytes) / total) : 0;
    const label = [
      h('span', { class: 'key' }, item.label), ' ',
      h('span', { class: 'facts' }, `${bytes(item.storageBytes)}, ${share} %, ${count(item.records, 'record')}`),
    ];
    return h('li', null,
      item.prefix !== undefined && open ? button(label, () => open(item.prefix)) : h('span', null, label),
      h('meter', { min: 0, max: most, value: item.storageBytes, 'aria-hidden': 'true' }));
  }));
}

export const showSizes = attempt(async (store, prefix, filterBy) => {
  const byPrefix = h('div');
  const byType = h('div', { 'aria-busy': 'true' }, h('p', null, 'By content type: summing up …'));
  const draw = attempt(async (of) => {
    const sizes = await get(`${path(store, 'sizes-by-prefix')}?prefix=${encodeURIComponent(of)}`);
    const rest = sizes.items.reduce((left, item) => ({ records: left.records - item.records, storageBytes: left.storageBytes - item.storageBytes }), sizes);
    const items = sizes.items.map((item) => ({ ...item, label: item.isKey ? item.name : `${item.name}…`, prefix: item.name }));
    if (rest.records > 0) items.push({ ...rest, label: 'smaller ones' });
    byPrefix.replaceChildren(
      h('h3', null, of === '' ? 'By the beginning of the keys' : `Keys that begin with ${of}`),
      h('p', null, `${count(sizes.records, 'record')}, ${bytes(sizes.storageBytes)} `,
        of !== '' && button('All keys', () => draw('')), ' ',
        of !== '' && button('List these', () => { byPrefix.closest('dialog').dispatchEvent(new Event('cancel')); filterBy(of); })),
      bars(items, sizes.storageBytes, draw));
  });
  const drawTypes = attempt(async () => {
    const { items } = await get(path(store, 'sizes-by-type'));
    const total = items.reduce((sum, item) => sum + item.storageBytes, 0);
    byType.replaceChildren(
      h('h3', null, 'By content type'),
      bars(items.map((item) => ({ ...item, label: item.name ?? 'unknown' })), total));
    byType.removeAttribute('aria-busy');
  });
  draw(prefix).then(drawTypes);
  await ask('Sizes', [byPrefix, byType]);
});
