// Calls of the public API and of /_emulator. The token is kept for the tab, and never in a URL or a cookie.
import { $ } from './dom.js';

/** The server's address, perhaps with a path below which a proxy serves it. */
export const base = new URL('..', location.href.split('#')[0]);

const kept = JSON.parse(sessionStorage.getItem('kvs-records') ?? '{}');

export const session = {
  token: kept.token ?? null,
  /** The tokens that were used in this tab, by username. */
  tokens: kept.tokens ?? {},
  emulatorToken: kept.emulatorToken ?? null,
  user: null,
  health: null,
};

export function keepSession() {
  const { token, tokens, emulatorToken } = session;
  sessionStorage.setItem('kvs-records', JSON.stringify({ token, tokens, emulatorToken }));
}

export class ApiError extends Error {
  constructor(status, type, message) {
    super(message);
    Object.assign(this, { status, type });
  }
}

const wait = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// The limits count by the second.
const maxTries = 30;
const waitAfterLimit = 400;

const isOfEmulator = (path) => path.startsWith('_emulator/');

export const headersFor = (path) => {
  const token = isOfEmulator(path) ? session.emulatorToken : session.token;
  return token ? { Authorization: `Bearer ${token}` } : {};
};

/** Sends a request; the answer has a good status, or it is an error in the API's words. Waits where there were too many. */
export async function send(path, { method = 'GET', headers, body, signal } = {}) {
  for (let tries = 1; ; tries += 1) {
    let response;
    try {
      response = await fetch(new URL(path, base), { method, headers: { ...headersFor(path), ...headers }, body, signal });
    } catch (error) {
      if (error.name !== 'AbortError') throw lose();
      throw error;
    }
    if (response.ok) return response;
    if (response.status !== 429 || tries === maxTries) throw await errorOf(response);
    await wait(waitAfterLimit);
  }
}

export async function errorOf(response) {
  const text = await response.text().catch(() => '');
  return errorFrom(response.status, text);
}

export function errorFrom(status, text) {
  try {
    const { error } = JSON.parse(text);
    return new ApiError(status, error.type, error.message);
  } catch {
    return new ApiError(status, 'no-words', `The server answered with ${status}.`);
  }
}

/** The `data` of an answer. */
export async function get(path, options) {
  return (await (await send(path, options)).json()).data;
}

export const sendJson = (path, method, value) =>
  send(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

export const storePath = (store) => `v2/key-value-stores/${encodeURIComponent(store.id ?? store)}`;

export const recordPath = (store, key) => `${storePath(store)}/records/${encodeURIComponent(key)}`;

/** A URL of the server as this page reaches it: behind a proxy, the public one may be another. */
export function here(publicUrl) {
  const path = publicUrl.slice(publicUrl.indexOf('/v2/') + 1);
  return new URL(path, base);
}

/** A key with its size and its signed URL, or undefined. A key is the first of all that begin with it. */
export async function findKey(store, key) {
  const { items } = await get(`${storePath(store)}/keys?limit=1&prefix=${encodeURIComponent(key)}`);
  return items[0]?.key === key ? items[0] : undefined;
}

let isLost = false;

/** Says that the server is lost, and looks for it until it is found again. */
export function lose() {
  if (!isLost) {
    isLost = true;
    $('lost').hidden = false;
    $('lost').textContent = 'The server does not answer. Looking for it …';
    look();
  }
  return Object.assign(new Error('The server does not answer.'), { isLost: true });
}

async function look() {
  for (;;) {
    await wait(1000);
    try {
      const response = await fetch(new URL('_emulator/health', base), { headers: headersFor('_emulator/health') });
      if (response.ok) break;
    } catch {
      // Not yet.
    }
  }
  isLost = false;
  $('lost').hidden = true;
  dispatchEvent(new Event('server-found'));
}

/** Asks how the server is, and so notices that it is gone while nothing else is asked. */
export async function askHealth() {
  if (isLost) return;
  const response = await fetch(new URL('_emulator/health', base), { headers: headersFor('_emulator/health') }).catch(() => null);
  if (response === null) lose();
  else session.health = (await response.json()).data;
}
