/** Writes every file the way `npm run check` wants it: format, order of imports and the lint fixes that are safe. */
import { watchTool } from './tools.ts';

process.exitCode = await watchTool('biome', ['check', '--write', ...(process.argv[2] ? process.argv.slice(2) : ['.'])]);
