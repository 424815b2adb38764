import { durationMs, instantMs } from '../time-values.ts';
import type { Path } from '../yaml/yaml-file.ts';
import type { CaseScope } from './case-scope.ts';

/** An instant of a test in epoch milliseconds: RFC 3339, or `+10m` after a base. What is neither is a finding and 0. */
export function instantAfter(scope: CaseScope, text: string, path: Path, baseMs: number | undefined): number {
  const at = scope.object.at(...path);
  if (text.startsWith('+')) {
    if (baseMs === undefined) {
      scope.context.findings.add('test/instant', at, 'the first entry has none before it to count from', {
        hint: 'write an instant such as 2026-11-22T02:00:00Z',
      });
      return 0;
    }
    return baseMs + durationMs(text.slice(1));
  }
  const ms = instantMs(text);
  if (ms === undefined) scope.context.findings.add('test/instant', at, `there is no instant \`${text}\``);
  return ms ?? baseMs ?? 0;
}
