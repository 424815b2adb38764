import type { RefusedEvent } from '../model/submission.ts';
import { acceptEvents, type IntakeParts } from './accept-events.ts';

/** Lines taken into one publish. */
const BATCH_LINES = 1_000;

/** A line that was not taken; `line` counts from 1. */
export interface RefusedLine extends Omit<RefusedEvent, 'index'> {
  readonly line: number;
}

/** Figures of an import. */
export interface ImportSummary {
  readonly lines: number;
  readonly accepted: number;
  readonly refused: number;
  /** By code. */
  readonly codes: Readonly<Record<string, number>>;
}

/**
 * Takes events from NDJSON lines, batch by batch; empty lines are passed over. The same lines once more change nothing,
 * for an event is known by (source, id). `onRefused` is told of each bad line, `onBatch` of progress.
 */
export async function importEvents(
  parts: IntakeParts,
  lines: AsyncIterable<string>,
  name: string,
  onRefused: (refused: RefusedLine) => void,
  onBatch: (summary: ImportSummary) => void = () => {},
): Promise<ImportSummary> {
  const codes: Record<string, number> = {};
  let [lineNumber, accepted, refused] = [0, 0, 0];
  let batch: { readonly line: number; readonly text: string }[] = [];
  const summary = (): ImportSummary => ({ lines: lineNumber, accepted, refused, codes });
  const flush = async () => {
    const taken = batch;
    batch = [];
    if (taken.length === 0) return;
    const origin = (index: number) => `import:${name}:${taken[index]?.line}`;
    const result = await acceptEvents(parts, taken, origin);
    accepted += result.accepted;
    refused += result.refused.length;
    for (const { index, ...rest } of result.refused) {
      codes[rest.code] = (codes[rest.code] ?? 0) + 1;
      onRefused({ line: taken[index]?.line ?? 0, ...rest });
    }
    onBatch(summary());
  };
  for await (const text of lines) {
    lineNumber += 1;
    if (text.trim() !== '') batch.push({ line: lineNumber, text });
    if (batch.length >= BATCH_LINES) await flush();
  }
  await flush();
  return summary();
}
