import { reading, writing } from '../../sqlite-worker/procedure.ts';
import { addDeadLetters, deadLetterCounts, deadLetters } from './dead-letters.ts';
import { ack, depth, highWater, publish, pull } from './queue.ts';
import { open } from './schema.ts';

/** All that the embedded bus does in its database's thread. */
export const busProcedures = {
  open: writing(open),
  publish: writing(publish),
  pull: reading(pull),
  ack: writing(ack),
  depth: reading(depth),
  highWater: reading(highWater),
  deadLetter: writing(addDeadLetters),
  deadLetters: reading(deadLetters),
  deadLetterCounts: reading(deadLetterCounts),
};

export type BusProcedures = typeof busProcedures;
