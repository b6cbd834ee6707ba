import { afterAll, beforeAll, beforeEach } from 'vitest';
import { setUp } from './hooks.js';

export const kvsRecords = (options) => setUp({ afterAll, beforeAll, beforeEach }, options);
