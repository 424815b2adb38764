import { Args, Flags } from '@oclif/core';
import { EXIT, percentOf, type RepositoryTests, testRepository } from '../engine/index.ts';
import { BaseCommand } from '../ui/base-command.ts';
import { coverageTable, jsonTestReport, junitTestReport } from '../ui/test-report-formats.ts';
import { prettyTestReport } from '../ui/test-report-pretty.ts';

/** `mka test`: the cases of the repository on a virtual clock. */
export default class TestCommand extends BaseCommand {
  static override summary = 'Run the Test files of the repository on a virtual clock, through the loops of the daemon.';
  static override description =
    'A pattern is part of the path of a file, of the name of a Test or of the name of a case.';
  static override strict = false;
  static override args = {
    pattern: Args.string({ description: 'Run only the cases that match one of these.', name: 'PATTERN…' }),
  };
  static override flags = {
    format: Flags.option({ char: 'f', options: ['pretty', 'json', 'junit'] as const, summary: 'What to print.' })(),
    coverage: Flags.boolean({ summary: 'Print which steps and branches the cases went through.' }),
    'coverage-min': Flags.integer({
      helpValue: 'N',
      max: 100,
      min: 0,
      summary: 'Fail where less than N percent of the steps and branches of a campaign are covered.',
    }),
  };
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> order-reminder --coverage',
    '<%= config.bin %> <%= command.id %> -f junit > tests.xml',
  ];

  async run(): Promise<void> {
    const { flags, argv } = await this.parse(TestCommand);
    const tests = await testRepository(flags.dir, argv as string[]);
    const minimum = flags['coverage-min'];
    await this.#print(tests, flags.format ?? 'pretty', flags.coverage || minimum !== undefined);
    const thin = tests.report.coverage.filter((one) => minimum !== undefined && percentOf(one) < minimum);
    for (const one of thin) {
      this.say(`coverage of ${one.campaign} is ${Math.floor(percentOf(one))} %, less than ${minimum} %`);
    }
    if (tests.report.failed > 0 || thin.length > 0) this.endWith(EXIT.findings);
  }

  async #print(tests: RepositoryTests, format: 'pretty' | 'json' | 'junit', withCoverage: boolean): Promise<void> {
    if (this.wantsJson || format === 'json') return this.printJson(jsonTestReport(tests));
    if (format === 'junit') return this.print(junitTestReport(tests));
    this.print(prettyTestReport(tests, await this.colours()));
    if (withCoverage) this.print(`\n${coverageTable(tests.report)}`);
  }
}
