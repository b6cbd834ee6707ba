import { KvsRecordsOptions, KvsRecordsServer } from './index.js';

/**
 * Starts a server before the tests of this file, resets it before each of them, and stops it after them. The result's members are there
 * once the tests run. With `data` or `storage` nothing is reset.
 */
export function kvsRecords(options?: KvsRecordsOptions): KvsRecordsServer;
