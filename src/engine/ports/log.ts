/** Structured log of the daemon. Fields never hold personal data or secrets; `event` is a stable word. */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Says nothing. */
export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };
