import { Args, Flags } from '@oclif/core';
import { EXIT, percentOf, type TestReport, testRepository, type Validation } from '../engine/index.ts';
import { BaseCommand } from '../ui/base-command.ts';
import { writeFindings } from '../ui/diagnostics/formats.ts';
import { frameColours, reportOf, verdict } from '../ui/diagnostics/of-validation.ts';
import { readerPath } from '../ui/reader-path.ts';
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
    const format = this.wantsJson ? 'json' : (flags.format ?? 'pretty');
    const tests = await testRepository(flags.dir, argv as string[]);
    if (tests.kind === 'invalid') return this.#printFindings(tests.validation, flags.dir, format);
    const { report, textOf } = tests;
    const pathOf = (file: string) => readerPath(flags.dir, file);
    const minimum = flags['coverage-min'];
    if (format === 'json') this.printJson(jsonTestReport(report, pathOf));
    else if (format === 'junit') this.print(junitTestReport(report, pathOf));
    else {
      const chalk = await this.colours();
      this.print(prettyTestReport(report, { textOf, pathOf, chalk, colours: frameColours(chalk) }));
      if (flags.coverage || minimum !== undefined) this.print(`\n${coverageTable(report.coverage)}`);
    }
    if (report.failed > 0 || this.#isThin(report, minimum)) this.endWith(EXIT.findings);
  }

  /** What is wrong in the files, as `mka validate` says it: nothing was run. */
  async #printFindings(validation: Validation, dir: string, format: 'pretty' | 'json' | 'junit'): Promise<void> {
    const report = reportOf(validation, dir, this.config.version, await this.colours());
    this.print(writeFindings(format, report));
    if (format !== 'json') this.say(verdict(validation, report));
    this.endWith(EXIT.findings);
  }

  #isThin({ coverage }: TestReport, minimum: number | undefined): boolean {
    if (minimum === undefined) return false;
    const thin = coverage.filter((one) => percentOf(one) < minimum);
    for (const one of thin) {
      this.say(`coverage of ${one.campaign} is ${Math.floor(percentOf(one))} %, less than ${minimum} %`);
    }
    return thin.length > 0;
  }
}
