import { Flags } from '@oclif/core';
import { EXIT, formatRepository } from '../engine/index.ts';
import { BaseCommand } from '../ui/base-command.ts';
import { reportFormatting } from '../ui/formatting-report.ts';
import { readerPath } from '../ui/reader-path.ts';

/** `mka fmt`: the canonical form of the repository's YAML files. */
export default class FmtCommand extends BaseCommand {
  static override summary = 'Write the YAML files of the repository in their canonical form; comments stay.';
  static override flags = {
    check: Flags.boolean({ summary: 'Write nothing; exit code 1 when a file is not in its form.' }),
  };
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --check'];

  async run(): Promise<void> {
    const { flags } = await this.parse(FmtCommand);
    const formatting = await formatRepository(flags.dir, { write: !flags.check });
    const pathOf = (file: string): string => readerPath(flags.dir, file);
    const changed = formatting.changed.map(({ path }) => pathOf(path));
    if (this.wantsJson) {
      const skipped = formatting.skipped.map(pathOf);
      this.printJson({ version: 1, changed, skipped, findings: formatting.findings });
    } else {
      for (const path of changed) this.print(path);
      this.say(reportFormatting(formatting, flags.check, pathOf));
    }
    if (formatting.findings.length > 0 || (flags.check && changed.length > 0)) this.endWith(EXIT.findings);
  }
}
