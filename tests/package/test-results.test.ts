import { describe, expect, it } from 'vitest';
import { countResults, verdict } from '../../scripts/test-results.ts';

const none = { passed: 0, failed: 0, skipped: 0, brokenFiles: [] };
const local = { runnerCode: 0, skipsAllowed: true };

describe('the closing line of npm test', () => {
  it.each([
    ['all passed', { ...none, passed: 3 }, local, '3 passed, 0 failed', true],
    ['one failed', { ...none, passed: 3, failed: 1 }, { ...local, runnerCode: 1 }, '3 passed, 1 failed', false],
    ['a skip is counted aloud', { ...none, passed: 3, skipped: 2 }, local, '3 passed, 0 failed, 2 skipped', true],
    [
      'a skip in CI is red',
      { ...none, passed: 3, skipped: 2 },
      { ...local, skipsAllowed: false },
      '3 passed, 2 failed',
      false,
    ],
    ['nothing ran', none, local, '0 passed, 0 failed', false],
    ['only skips', { ...none, skipped: 2 }, local, '0 passed, 0 failed, 2 skipped', false],
    [
      'a file broke',
      { ...none, passed: 3, brokenFiles: ['a'] },
      { ...local, runnerCode: 1 },
      '3 passed, 1 failed',
      false,
    ],
    ['the runner broke', { ...none, passed: 3 }, { ...local, runnerCode: 1 }, '3 passed, 1 failed', false],
  ])('%s', (_name, counts, run, line, ok) => {
    expect(verdict(counts, run)).toMatchObject({ line, ok });
  });

  it('counts tests by what became of them, and files that never got to their tests', () => {
    const report = {
      testResults: [
        {
          name: 'a',
          status: 'failed',
          assertionResults: ['passed', 'failed', 'pending', 'todo'].map((status) => ({ status })),
        },
        { name: 'b', status: 'failed', assertionResults: [] },
        { name: 'c', status: 'passed', assertionResults: [{ status: 'passed' }] },
      ],
    };
    expect(countResults(report)).toEqual({ passed: 2, failed: 1, skipped: 2, brokenFiles: ['b'] });
  });
});
