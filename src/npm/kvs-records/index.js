'use strict';

const { KvsRecordsServer } = require('./server.js');

exports.startKvsRecords = async function startKvsRecords(options) {
  const server = new KvsRecordsServer(options);
  await server.start();
  return server;
};
