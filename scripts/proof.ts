/** A proof at its full size: `npm run proof -- NAME [argument …]` runs tests/proofs/NAME.ts. */
import { runProgram } from './programs.ts';

await runProgram('tests/proofs', 'usage: npm run proof -- NAME [argument …]');
