import { MkaError } from '../kernel/mka-error.ts';

/** `ok`; `warn`: it works and deserves a look; `fail`: something is wrong; `unreachable`: what it depends on is down. */
export type CheckState = 'ok' | 'warn' | 'fail' | 'unreachable';

/** What one check found. `detail` holds no secret and no personal data. */
export interface CheckResult {
  /** Such as `store` or `channel wechat`. */
  readonly name: string;
  readonly state: CheckState;
  readonly detail: string;
  readonly hint?: string;
}

/** One question; what it throws is a finding. */
export interface Check {
  readonly name: string;
  readonly ask: () => Promise<Omit<CheckResult, 'name'>>;
}

/** Asks everything, side by side; results in the order of the checks. */
export function examine(checks: readonly Check[]): Promise<readonly CheckResult[]> {
  return Promise.all(
    checks.map(async ({ name, ask }) => {
      try {
        return { name, ...(await ask()) };
      } catch (error) {
        return { name, ...failureOf(error) };
      }
    }),
  );
}

function failureOf(error: unknown): Omit<CheckResult, 'name'> {
  if (!(error instanceof MkaError)) {
    return { state: 'fail', detail: error instanceof Error ? error.message : String(error) };
  }
  return {
    state: error.exitCode === 69 ? 'unreachable' : 'fail',
    detail: `${error.code}: ${error.message}`,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}
