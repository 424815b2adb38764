#!/usr/bin/env node
'use strict';
// Plain old JavaScript on purpose: a Node that is too old must be able to parse this file to say so.
var parts = process.versions.node.split('.');
var major = Number(parts[0]);

if (major < 22 || (major === 22 && Number(parts[1]) < 18)) {
  process.stderr.write('mka needs Node 22.18 or newer, and this is Node ' + process.versions.node + '.\n');
  process.exitCode = 64;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-v')) {
  printVersion();
} else {
  void require('../dist/ui/main.js').main(process.argv.slice(2), require('node:path').join(__dirname, '..'));
}

/** Answered here, because loading the commands costs several times as much as this answer. */
function printVersion() {
  var text = require('node:fs').readFileSync(require('node:path').join(__dirname, '..', 'package.json'), 'utf8');
  var platform = process.platform + '-' + process.arch;
  process.stdout.write('mka/' + JSON.parse(text).version + ' ' + platform + ' node-' + process.version + '\n');
}
