import type { KillRunResult } from './kill-run.ts';

/** The figures that a kill test stands or falls with. */
export interface Verdict {
  readonly expectedKeys: number;
  readonly inFile: number;
  readonly inMail: number;
  readonly twiceInFile: number;
  readonly twiceInMail: number;
  /** Keys of the undisturbed run that neither a receiver nor the ledger as `unknown` knows. */
  readonly lost: number;
  /** Keys that the undisturbed run has not. */
  readonly surplus: number;
  readonly unknown: number;
  readonly inFlightAtKills: number;
  readonly unexplained: number;
}

/** Compares a run with kills to an undisturbed one over the same orders. */
export function judge(undisturbed: KillRunResult, killed: KillRunResult): Verdict {
  const expected = new Set([...undisturbed.fileKeys, ...undisturbed.mailKeys]);
  const received = new Set([...killed.fileKeys, ...killed.mailKeys]);
  const unknown = [...killed.ledger].filter(([, state]) => state === 'unknown').map(([key]) => key);
  const known = new Set([...received, ...unknown]);
  return {
    expectedKeys: expected.size,
    inFile: new Set(killed.fileKeys).size,
    inMail: new Set(killed.mailKeys).size,
    twiceInFile: repeats(killed.fileKeys),
    twiceInMail: repeats(killed.mailKeys),
    lost: [...expected].filter((key) => !known.has(key)).length,
    surplus: [...known, ...killed.ledger.keys()].filter((key) => !expected.has(key)).length,
    unknown: unknown.length,
    inFlightAtKills: killed.inFlightAtKills,
    unexplained: [...expected].filter((key) => !killed.explained.has(key)).length,
  };
}

function repeats(keys: readonly string[]): number {
  return keys.length - new Set(keys).size;
}
