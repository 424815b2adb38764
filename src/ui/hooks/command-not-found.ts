import type { Hook } from '@oclif/core';
import { distance } from 'fastest-levenshtein';
import { EXIT, MkaError } from '../../engine/index.ts';

const MAX_DISTANCE = 3;

/** `mka vlaidate`: names the nearest commands. Asks nothing, because nothing prompts off a terminal. */
const hook: Hook.CommandNotFound = ({ id, config }) => {
  const nearest = config.commandIDs
    .map((known) => ({ known, apart: distance(id, known) }))
    .filter(({ apart }) => apart <= MAX_DISTANCE)
    .sort((a, b) => a.apart - b.apart)
    .slice(0, 3)
    .map(({ known }) => `\`mka ${words(known)}\``);
  throw new MkaError('cli/unknown-command', `\`mka ${words(id)}\` is not a command`, {
    exitCode: EXIT.usage,
    hint: nearest.length > 0 ? `did you mean ${nearest.join(' or ')}?` : '`mka help` lists the commands',
  });
};

function words(id: string): string {
  return id.replaceAll(':', ' ');
}

export default hook;
