import { Args, Flags } from '@oclif/core';
import { diffRepository, EXIT, selectChanges } from '../engine/index.ts';
import { BaseCommand, envFlag, selectFlags } from '../ui/base-command.ts';
import { changesText } from '../ui/plan-text.ts';
import { countText } from '../ui/plan-words.ts';

/** `mka diff`: what differs, object by object. */
export default class DiffCommand extends BaseCommand {
  static override summary = 'Show what differs, object by object, with its class and the reason.';
  static override description =
    'Without refs, the files as they stand against what is deployed; with one, against that ref; with two, the second against the first. Comments and the order of keys are no difference.';
  static override args = {
    before: Args.string({ description: 'Ref to compare with. Default: what is deployed.' }),
    after: Args.string({ description: 'Ref that is compared. Default: the files as they stand.' }),
  };
  static override flags = {
    ...envFlag,
    ...selectFlags,
    'exit-code': Flags.boolean({ summary: 'Exit code 2 when anything differs.' }),
  };
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> main',
    '<%= config.bin %> <%= command.id %> v1 v2 --exit-code',
  ];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DiffCommand);
    const place = { dir: flags.dir, environment: flags.env };
    const changes = await selectChanges(place, await diffRepository(place, args), flags);
    if (this.wantsJson) this.printJson({ version: 1, changes });
    else {
      this.print(changesText(changes, await this.colours()));
      if (changes.length > 0) this.say(countText(changes));
    }
    if (flags['exit-code'] && changes.length > 0) this.endWith(EXIT.changes);
  }
}
