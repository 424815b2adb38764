import { Flags } from '@oclif/core';
import { EXIT, validateRepository } from '../engine/index.ts';
import { BaseCommand, envFlag, selectFlags } from '../ui/base-command.ts';
import { columns } from '../ui/columns.ts';
import { FORMATS, writeFindings } from '../ui/diagnostics/formats.ts';
import { githubStepSummary, reportOf, verdict } from '../ui/diagnostics/of-validation.ts';

/** `mka validate`: everything that is wrong in the files of the repository. */
export default class ValidateCommand extends BaseCommand {
  static override summary = 'Find everything that is wrong in the files of the repository.';
  static override description =
    'All findings of all files in one run, with file, line and column. Exit code 1 when there is an error. Without --env the files are checked as they stand and as each environment renders them.';
  static override flags = {
    format: Flags.option({ char: 'f', options: FORMATS, summary: 'What to print.' })(),
    ...envFlag,
    ...selectFlags,
    verbose: Flags.boolean({ char: 'v', summary: 'Print the settings that nobody wrote, with the value that holds.' }),
  };
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -f sarif > mka.sarif',
  ];

  async run(): Promise<void> {
    const { flags } = await this.parse(ValidateCommand);
    const validation = await validateRepository(flags.dir, {
      environment: flags.env,
      select: flags.select,
      base: flags.base,
    });
    const report = reportOf(validation, flags.dir, this.config.version, await this.colours());
    const format = this.wantsJson ? 'json' : (flags.format ?? 'pretty');
    const text = writeFindings(format, report);
    if (text !== '') this.print(text);
    if (format === 'github') githubStepSummary(report, process.env.GITHUB_STEP_SUMMARY);
    if (flags.verbose && format === 'pretty') {
      this.print(columns(validation.defaults.map(({ object, key, value }) => [object, key, value])));
    }
    if (format !== 'json') this.say(verdict(validation, report));
    if (!validation.isValid) this.endWith(EXIT.findings);
  }
}
