'use strict';

const { after, before, beforeEach } = require('node:test');
const { setUp } = require('./hooks.js');

exports.kvsRecords = (options) => setUp({ afterAll: after, beforeAll: before, beforeEach }, options);
