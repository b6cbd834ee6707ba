// Makes elements, says things, and asks for them. Texts become text nodes: nothing here reads markup.

export const $ = (id) => document.getElementById(id);

/** Makes an element. Properties are attributes; functions are listeners; true is an empty attribute; null and false are left out. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const button = (text, run, properties) => h('button', { type: 'button', click: run, ...properties }, text);

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytes(number) {
  if (number === null || number === undefined) return '';
  let unit = 0;
  let value = number;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

export const count = (number, one, many = `${one}s`) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

export const time = (text) => (text ? new Date(text).toLocaleString() : '');

/** Says something to screen readers. */
export function announce(text) {
  $('live').textContent = text;
}

/** Shows a message for some seconds. An error stays until it is closed. */
export function toast(text, { action, run, ms = 6000, isError = false } = {}) {
  const close = () => element.remove();
  const element = h('div', { class: isError ? 'toast error' : 'toast', role: isError ? 'alert' : null },
    h('span', null, text),
    action && button(action, () => { close(); run(); }),
    isError && button('Close', close));
  $('toasts').append(element);
  if (!isError) {
    announce(action ? `${text} ${action} is possible.` : text);
    setTimeout(close, ms);
  }
  return element;
}

export const showError = (error) => {
  if (error.name === 'AbortError' || error.isLost) return;
  toast(error.type ? `${error.message} (${error.status} ${error.type})` : error.message, { isError: true });
};

/** Runs something, and says what went wrong. */
export const attempt = (run) => async (...parameters) => {
  try {
    return await run(...parameters);
  } catch (error) {
    showError(error);
    return undefined;
  }
};

/** A button that opens a list of others. */
export function menu(label, items, properties) {
  const element = h('details', { class: 'menu', ...properties },
    h('summary', null, label),
    h('div', null, items.map(([text, run]) => button(text, () => { element.open = false; run(); }))));
  return element;
}

/** Asks with a form. `fields` are elements; the answer is whether it was confirmed. */
export function ask(title, fields, confirm) {
  return new Promise((resolve) => {
    const end = (answer) => { dialog.close(); dialog.remove(); resolve(answer); };
    const dialog = h('dialog', { 'aria-label': title, cancel: () => end(false) },
      h('form', { submit: (event) => { event.preventDefault(); end(true); } },
        h('h2', null, title), fields,
        h('div', { class: 'bar' },
          confirm && h('button', { class: 'main', type: 'submit' }, confirm),
          button(confirm ? 'Cancel' : 'Close', () => end(false)))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

export const field = (label, input) => h('label', { class: 'field' }, label, input);

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied: ${what}`);
  } catch {
    // Browsers allow the clipboard only to pages of this machine, or with TLS.
    const area = h('textarea', { rows: 4, readonly: true, 'aria-label': what });
    area.value = text;
    area.addEventListener('focus', () => area.select());
    await ask(`Copy: ${what}`, [area]);
  }
}

export function debounce(run, ms) {
  let timer;
  return (...parameters) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...parameters), ms);
  };
}

document.addEventListener('click', (event) => {
  for (const open of document.querySelectorAll('details.menu[open]')) {
    if (!open.contains(event.target)) open.open = false;
  }
});
document.addEventListener('keydown', (event) => {
  const open = event.key === 'Escape' && event.target.closest?.('details.menu[open]');
  if (!open) return;
  open.open = false;
  open.querySelector('summary').focus();
  event.stopPropagation();
}, true);
