export { startKvsRecords } from './index.js';
