// A tour of every operation, with every answer that can be had, through a proxy that holds each against the document. One file, since the
// end asks what was left out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersIn, errorTypesIn } from './document.js';
import { document, seen, seenErrors, seenHeaders } from './tour.js';
import './tour-of-stores.js';
import './tour-of-emulator.js';
import './tour-of-limits.js';

test('nothing in the document is left out of the tour', () => {
  const expected = answersIn(document).filter((answer) => / [23]\d\d$/.test(answer));
  assert.deepEqual(expected.filter((answer) => !seen.has(answer)), []);
  assert.deepEqual([...new Set(errorTypesIn(document))].filter((type) => !seenErrors.has(type)), []);
  assert.deepEqual(Object.keys(document.components.headers).filter((name) => !seenHeaders.has(name.toLowerCase())), []);
});
