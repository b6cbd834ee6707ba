export { kvsRecords } from './node-test.js';
