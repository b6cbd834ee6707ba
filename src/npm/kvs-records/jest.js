'use strict';

const globals = require('@jest/globals');
const { setUp } = require('./hooks.js');

exports.kvsRecords = (options) => setUp(globals, options);
