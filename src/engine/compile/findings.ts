import type { Diagnostic, RelatedPlace, Severity } from '../kernel/diagnostic.ts';
import type { SourceRange } from '../kernel/position.ts';
import type { Code } from './codes.ts';

/** What may be said beside code, place and message. */
export interface FindingExtras {
  readonly hint?: string | undefined;
  readonly docs?: string | undefined;
  readonly related?: readonly RelatedPlace[];
  readonly severity?: Severity;
}

/** Collects the findings of one compilation; equal ones count once. */
export class Findings {
  readonly #all = new Map<string, Diagnostic>();
  readonly #trapped = new Set<string>();

  add(code: Code, at: SourceRange, message: string, extras: FindingExtras = {}): void {
    const { hint, docs = `docs/errors/${code}.md`, related, severity = 'error' } = extras;
    // What is refused as YAML is read as it stands; nothing more is said of it.
    const place = `${at.file}\n${at.line}:${at.column}`;
    if (this.#trapped.has(place)) return;
    if (code.startsWith('yaml/')) this.#trapped.add(place);
    const key = `${code}\n${at.file}\n${at.line}:${at.column}\n${message}`;
    if (this.#all.has(key)) return;
    this.#all.set(key, {
      code,
      severity,
      message,
      at,
      ...(hint === undefined ? {} : { hint }),
      docs,
      ...(related === undefined ? {} : { related }),
    });
  }

  get size(): number {
    return this.#all.size;
  }

  /** Takes over those of another collection that are wanted. */
  take(others: Findings, isWanted: (finding: Diagnostic) => boolean): void {
    for (const [key, finding] of others.#all) if (isWanted(finding) && !this.#all.has(key)) this.#all.set(key, finding);
  }

  /** All of them by file, line, column and code. */
  sorted(): Diagnostic[] {
    return [...this.#all.values()].sort(compareDiagnostics);
  }
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compare(a.at?.file ?? '', b.at?.file ?? '') ||
    (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
    (a.at?.column ?? 0) - (b.at?.column ?? 0) ||
    compare(a.code, b.code) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
