import { Args } from '@oclif/core';
import { listRepository } from '../engine/index.ts';
import { BaseCommand, selectFlags } from '../ui/base-command.ts';
import { columns } from '../ui/columns.ts';
import { readerPath } from '../ui/reader-path.ts';

/** `mka list`: the objects of the repository. */
export default class ListCommand extends BaseCommand {
  static override summary = 'List the objects of the repository: kind, name, file, description.';
  static override args = {
    kind: Args.string({ description: 'Only objects of this kind, such as campaign.', name: 'KIND' }),
  };
  static override flags = { ...selectFlags };
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> campaign',
    '<%= config.bin %> <%= command.id %> -s +campaign:win-back',
    '<%= config.bin %> <%= command.id %> -s changed',
  ];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ListCommand);
    const objects = (await listRepository(flags.dir, args.kind, { select: flags.select, base: flags.base })).map(
      (object) => ({
        ...object,
        file: readerPath(flags.dir, object.file),
      }),
    );
    if (this.wantsJson) return this.printJson({ version: 1, objects });
    const rows = objects.map(({ kind, name, file, description = '' }) => [kind, name, file, description]);
    this.print(columns([['KIND', 'NAME', 'FILE', 'DESCRIPTION'], ...rows]));
  }
}
