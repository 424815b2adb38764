import { Args, Flags } from '@oclif/core';
import { initRepository } from '../engine/index.ts';
import { BaseCommand } from '../ui/base-command.ts';
import { initText } from '../ui/init-text.ts';

/** `mka init`: a new campaign repository. */
export default class InitCommand extends BaseCommand {
  static override summary = 'Write a campaign repository that is valid and tested from the start.';
  static override description =
    'Project, two environments, policies, a first campaign with its test, settings of the editor, a hook that validates before a commit, and the checks of pull requests. A file that is there already stays as it is.';
  static override args = {
    folder: Args.string({ default: '.', description: 'Where to write it; the project is called after it.' }),
  };
  static override flags = {
    example: Flags.boolean({ summary: 'A shop with customers and a second campaign too.' }),
    ci: Flags.option({
      default: 'github',
      options: ['github', 'gitlab', 'none'] as const,
      summary: 'Whose checks of pull requests to write.',
    })(),
  };
  static override examples = [
    '<%= config.bin %> <%= command.id %> campaigns',
    '<%= config.bin %> <%= command.id %> --example shop --ci none',
  ];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(InitCommand);
    const done = await initRepository(args.folder, { example: flags.example, ci: flags.ci });
    if (this.wantsJson) return this.printJson({ version: 1, ...done });
    for (const path of done.written) this.print(path);
    this.say(initText(done));
  }
}
