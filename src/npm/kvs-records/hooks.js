'use strict';

const { KvsRecordsServer } = require('./server.js');

/** Starts a server before the tests of a file, resets it before each of them, and stops it after them. */
exports.setUp = function setUp({ beforeAll, beforeEach, afterAll }, options = {}) {
  const server = new KvsRecordsServer(options);
  beforeAll(() => server.start());
  // A folder is served as it is, and stores in 'data' are kept: neither is reset.
  if (options.data === undefined && options.storage === undefined) beforeEach(() => server.reset());
  afterAll(() => server.stop());
  return server;
};
