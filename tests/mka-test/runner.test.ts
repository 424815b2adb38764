import { describe, expect, it } from 'vitest';
import { coverageTable, jsonTestReport, junitTestReport } from '../../src/ui/test-report-formats.ts';
import { prettyTestReport } from '../../src/ui/test-report-pretty.ts';
import { FAILING } from './failures.ts';
import { ran, run, testFile } from './fixture.ts';

describe('the runner', () => {
  it('plays every kind of entry and finds every kind of expectation', async () => {
    const { report, style } = await ran();
    expect(prettyTestReport(report, style)).not.toContain('✗');
    expect([report.passed, report.failed]).toEqual([12, 0]);
  });

  it.each(FAILING)('says what is wrong with $name', async (one) => {
    const { report, style } = await ran(testFile([one]));
    const [result] = report.files[0]?.cases ?? [];
    expect(result?.failures.map(({ code }) => code)).toContain(one.code);
    expect(result?.failures).toHaveLength(1);
    const file = `${one.name.replaceAll(/[^a-z]+/g, '-')}.golden.txt`;
    await expect(`${prettyTestReport(report, style)}\n`).toMatchFileSnapshot(`goldens/${file}`);
  });

  it('gives the same report twice', async () => {
    const [first, second] = [await ran(testFile(FAILING)), await ran(testFile(FAILING))];
    expect(second.report).toEqual(first.report);
  });

  it('starts each case from nothing', async () => {
    const [one] = FAILING.filter(({ code }) => code === 'sent');
    if (one === undefined) throw new Error('no such case');
    const { report } = await ran(testFile([one, { ...one, name: 'again' }]));
    const [first, second] = report.files[0]?.cases ?? [];
    expect(second?.stories).toEqual(first?.stories);
  });

  it('runs the cases whose file, Test or name holds a pattern', async () => {
    const names = async (...patterns: string[]) =>
      (await ran(undefined, ...patterns)).report.files.flatMap(({ cases }) => cases.map(({ name }) => name));
    expect(await names('a survey')).toHaveLength(2);
    expect(await names('passing')).toHaveLength(12);
    expect(await names('a survey', 'paid at the very')).toHaveLength(3);
  });

  it('does not take a run of nothing for a success', async () => {
    await expect(run(undefined, 'nowhere')).rejects.toMatchObject({ code: 'test/no-cases' });
  });

  it('reports findings of a Test file, and runs nothing', async () => {
    const tests = await run(
      testFile([
        { name: 'x', yaml: 'timeline:\n  - {at: +1m, restart: true}\nexpect:\n  - {user: u9, nothing: true}' },
      ]),
    );
    expect(tests.kind === 'invalid' && tests.validation.findings.map(({ code, at }) => [code, at?.line])).toEqual([
      ['test/instant', 9],
      ['test/unknown-user', 11],
    ]);
  });
});

describe('coverage', () => {
  it('names the steps and branches that no case went through', async () => {
    const { report } = await ran(undefined, 'a survey that is answered', 'paid at the very');
    await expect(coverageTable(report.coverage)).toMatchFileSnapshot('goldens/coverage.golden.txt');
  });

  it('counts both ends of a wait, each case of a branch, each channel and each exit', async () => {
    const { report } = await ran();
    const survey = report.coverage.find(({ campaign }) => campaign === 'survey');
    expect(survey).toMatchObject({
      branches: { covered: 6, total: 7, missing: ['exit/condition'] },
      steps: { covered: 7 },
    });
  });
});

describe('the forms of a report', () => {
  const cases = FAILING.filter(({ code }) => code === 'differs').slice(0, 2);

  it('JSON holds what differs and where', async () => {
    const { report } = await ran(testFile(cases));
    const json = `${JSON.stringify(
      jsonTestReport(report, (file) => `shop/${file}`),
      null,
      2,
    )}\n`;
    await expect(json).toMatchFileSnapshot('goldens/report.golden.json');
  });

  it('JUnit has a suite a file and a case a case', async () => {
    const good = { name: 'a "good" one & <one>', yaml: (cases[0]?.yaml ?? '').replace('+9m', '+10m') };
    const { report } = await ran(testFile([...cases, good]));
    await expect(`${junitTestReport(report, (file) => file)}\n`).toMatchFileSnapshot('goldens/report.golden.xml');
  });
});
