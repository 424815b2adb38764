import { Args } from '@oclif/core';
import { EXIT, MkaError, showSchema } from '../../engine/index.ts';
import { BaseCommand } from '../../ui/base-command.ts';
import { schemaText, unknownPlaceHint } from '../../ui/schema-text.ts';

/** `mka schema show`: what may stand at a place. */
export default class SchemaShowCommand extends BaseCommand {
  static override summary = 'Show what may stand at a place: description, type, default, examples, keys.';
  static override args = {
    path: Args.string({ description: 'Kind and keys, such as campaign.steps.wait.', name: 'PATH', required: true }),
  };
  static override examples = ['<%= config.bin %> <%= command.id %> campaign.steps.wait'];

  async run(): Promise<void> {
    const { args } = await this.parse(SchemaShowCommand);
    const place = await showSchema(args.path);
    if ('unknown' in place) {
      throw new MkaError('schema/unknown-place', `there is no \`${place.unknown}\` in ${args.path}`, {
        hint: unknownPlaceHint(place),
        exitCode: EXIT.usage,
      });
    }
    if (this.wantsJson) return this.printJson({ version: 1, ...place });
    this.print(schemaText(place));
  }
}
