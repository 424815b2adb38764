/**
 * After `npm install`: adds to package-lock.json the builds for other platforms that npm left out, without digest, so
 * that `npm ci` takes the lock on each of them (tests/package/lock.test.ts says when that is needed).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { missingBuilds } from './lock-platforms.ts';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const missing = missingBuilds(lock);
const all = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync('package-lock.json', `${JSON.stringify({ ...lock, packages: Object.fromEntries(all) }, null, 2)}\n`);
process.stdout.write(`complete-lock: ${missing.size} builds for other platforms added\n`);
