// What is refused because there is too much of it, or too little.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { test } from 'node:test';
import { alice } from '../clients/server.js';
import { answerOf, answersIn } from './document.js';
import { ask, declareRun, document, elsewhere, heldBack, places, send, server, stores } from './tour.js';

test('what asks too often is refused as documented', async () => {
  await elsewhere(['--ephemeral'], async (proxy, url) => {
    await ask('GET', stores, 200, { proxy });
    const tooOften = () => Promise.all(
      Array.from({ length: 100 }, () => send(url + stores, 'GET', { Authorization: `Bearer ${alice.token}` })));
    for (let tries = 1; ; tries++) {
      await tooOften();
      try {
        await ask('GET', stores, 429, { proxy });
        break;
      } catch (error) {
        if (tries === 20) throw error; // On a busy machine a second may have passed since.
      }
    }
  });
});

test('a download more than are sent at once is refused as documented', async () => {
  await elsewhere(['--ephemeral', '--max-downloads', '1'], async (proxy, url) => {
    const token = { Authorization: `Bearer ${alice.token}` };
    const { id } = JSON.parse((await send(url + stores, 'POST', token)).text).data;
    await declareRun(url, 'run1', id);
    await send(`${url}${stores}/${id}/records/big`, 'PUT', token, randomBytes(32_000_000)); // More than lies in the sockets' buffers.
    const held = request(`${url}${stores}/${id}/records`, { agent: false, headers: token }).end();
    const [answer] = await once(held, 'response');
    answer.on('error', () => {}); // It is broken off.
    try {
      for (const [place, parametersOf] of places) {
        const { headers } = await ask('GET', `${place}/records`, 503, { proxy, parameters: parametersOf(id) });
        assert.equal(headers['retry-after'], '1');
      }
      assert.equal((await send(`${url}${stores}/${id}/records`, 'HEAD', token)).status, 200);
      assert.ok(places.every(([place]) => !answerOf(document, 'HEAD', `${place}/records`, 503)));
    } finally {
      held.destroy();
    }
  });
});

test('a body that does not come is refused as documented, by everything that reads one', async () => {
  const { id } = JSON.parse((await ask('POST', stores, 201)).text).data;
  await declareRun(server.url, 'run3', id);
  const parameters = Object.assign({ key: 'slow' }, ...places.map(([, parametersOf]) => parametersOf(id)), { runId: 'run3' });
  const slow = answersIn(document).filter((answer) => answer.endsWith(' 408')).map((answer) => answer.split(' '));
  assert.ok(slow.length > 3 * places.length);

  // Not through the proxy, which sends nothing on before it has the whole body.
  await Promise.all(slow.map(([method, template]) =>
    ask(method, template, 408, { proxy: server, parameters, headers: { 'Content-Length': '2' }, body: heldBack })));
});
