// A JSON text as a tree whose branches are made when they are opened. Values are cut out of the text: `JSON.parse` would change large
// integers and join equal names.
import { button, count, h } from './dom.js';

const atOnce = 200; // Children that are shown of one value, before "more".
const longest = 2000; // Characters of a text that are shown.
const spaces = /[ \n\r\t]*/y;
const structure = /["[\]{}]/g;
const end = /[,\]}\s]|$/g;

const from = (regex, text, at) => {
  regex.lastIndex = at;
  return regex.exec(text);
};

const afterSpaces = (text, at) => at + from(spaces, text, at)[0].length;

function afterString(text, at) {
  for (let quote = at; ;) {
    quote = text.indexOf('"', quote + 1);
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
  }
}

/** Where the value that begins at a place of a valid text ends. */
function afterValue(text, at) {
  if (text[at] === '"') return afterString(text, at);
  if (text[at] !== '{' && text[at] !== '[') return from(end, text, at).index;
  for (let depth = 0, place = at; ;) {
    const { 0: mark, index } = from(structure, text, place);
    place = mark === '"' ? afterString(text, index) : index + 1;
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark !== '"') depth -= 1;
    if (depth === 0) return place;
  }
}

/** The children of an object or an array: places in the text, three for each (name or -1, begin, end). */
export function childrenOf(text, at) {
  const isObject = text[at] === '{';
  const places = [];
  let place = afterSpaces(text, at + 1);
  while (text[place] !== '}' && text[place] !== ']') {
    let name = -1;
    if (isObject) {
      name = place;
      place = afterSpaces(text, afterSpaces(text, afterString(text, place)) + 1);
    }
    const last = afterValue(text, place);
    places.push(name, place, last);
    place = afterSpaces(text, last);
    if (text[place] === ',') place = afterSpaces(text, place + 1);
  }
  return places;
}

/** The tree of a text, or an error of `JSON.parse` where it is no JSON. */
export function jsonTree(text) {
  JSON.parse(text);
  const at = afterSpaces(text, 0);
  const list = h('ul', { class: 'json' });
  const root = branch(text, null, at, afterValue(text, at));
  list.append(root.element);
  root.open?.();
  return list;
}

function branch(text, name, at, last) {
  const label = name === null ? [] : [h('span', { class: 'name' }, name), ': '];
  if (text[at] !== '{' && text[at] !== '[') return { element: h('li', null, label, leaf(text, at, last)) };

  const places = childrenOf(text, at);
  const length = places.length / 3;
  const isObject = text[at] === '{';
  const size = isObject ? `{ ${count(length, 'member')} }` : `[ ${count(length, 'item')} ]`;
  if (length === 0) return { element: h('li', null, label, h('span', { class: 'size' }, isObject ? '{ }' : '[ ]')) };

  const list = h('ul', { hidden: true });
  const toggle = button([...label, h('span', { class: 'size' }, size)], () => show(list.hidden), { class: 'branch', 'aria-expanded': 'false' });
  const show = (isShown) => {
    list.hidden = !isShown;
    toggle.setAttribute('aria-expanded', isShown);
    if (isShown && list.childElementCount === 0) append(text, places, 0, list, isObject);
  };
  return { element: h('li', null, toggle, list), open: () => show(true) };
}

function append(text, places, begin, list, isObject) {
  const stop = Math.min(places.length / 3, begin + atOnce);
  for (let index = begin; index < stop; index += 1) {
    const [name, at, last] = places.slice(index * 3, index * 3 + 3);
    const label = isObject ? JSON.parse(text.slice(name, afterString(text, name))) : String(index);
    list.append(branch(text, label, at, last).element);
  }
  const left = places.length / 3 - stop;
  if (left === 0) return;
  const more = h('li', null, button(`Show more of ${count(left, 'other')}`, () => {
    more.remove();
    append(text, places, stop, list, isObject);
    list.children[stop].querySelector('button')?.focus();
  }));
  list.append(more);
}

function leaf(text, at, last) {
  const source = text.slice(at, last);
  if (source[0] !== '"') return h('span', { class: /[-\d]/.test(source[0]) ? 'number' : 'word' }, source);
  const value = JSON.parse(source);
  const shown = value.length > longest ? `${value.slice(0, longest)}… (${count(value.length, 'character')})` : value;
  return h('span', { class: 'text' }, `"${shown}"`);
}
