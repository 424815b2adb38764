/** A measurement: `npm run bench -- NAME [argument …]` runs bench/NAME.ts. */
import { runProgram } from './programs.ts';

await runProgram('bench', 'usage: npm run bench -- NAME [argument …]');
