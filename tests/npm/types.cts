// The same from CommonJS.
import kvs = require('kvs-records');
import jest = require('kvs-records/jest');

const server: Promise<kvs.KvsRecordsServer> = kvs.startKvsRecords();
const other: kvs.KvsRecordsServer = jest.kvsRecords({ data: 'data' });
console.log(server, other.url);
