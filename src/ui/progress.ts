const BAR_CELLS = 24;
const LINE_EVERY_MS = 5_000;
const DRAW_EVERY_MS = 100;

/** Draws how far something long has come: a bar on a terminal, else a line every few seconds. */
export interface Progress {
  show(done: number, total: number, text: string): void;
  /** Removes the bar. */
  end(): void;
}

/** Progress on a stream; `now` gives milliseconds. */
export function createProgress(stream: NodeJS.WriteStream, now: () => number = () => performance.now()): Progress {
  const startedAtMs = now();
  let drawnAtMs = startedAtMs;
  let isDrawn = false;
  return {
    show: (done, total, text) => {
      const atMs = now();
      if (atMs - drawnAtMs < (stream.isTTY ? DRAW_EVERY_MS : LINE_EVERY_MS)) return;
      drawnAtMs = atMs;
      const rate = Math.round((done / Math.max(1, atMs - startedAtMs)) * 1_000);
      const line = `${percent(done, total)}  ${grouped(done)} of ${grouped(total)}  ${text}  ${grouped(rate)}/s`;
      stream.write(stream.isTTY ? `\r\u001b[2K${bar(done, total)} ${line}` : `${line}\n`);
      isDrawn = stream.isTTY;
    },
    end: () => {
      if (isDrawn) stream.write('\r\u001b[2K');
      isDrawn = false;
    },
  };
}

/** A whole number with its thousands apart. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

function bar(done: number, total: number): string {
  const full = Math.round((done / Math.max(1, total)) * BAR_CELLS);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_CELLS - full)}]`;
}

function percent(done: number, total: number): string {
  return `${Math.floor((done / Math.max(1, total)) * 100)} %`.padStart(5);
}
