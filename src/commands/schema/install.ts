import { installSchemas } from '../../engine/index.ts';
import { BaseCommand } from '../../ui/base-command.ts';
import { readerPath } from '../../ui/reader-path.ts';

/** `mka schema install`: completion and checks in the editor. */
export default class SchemaInstallCommand extends BaseCommand {
  static override summary = 'Write the schemas and the setting of the YAML extension for VS Code into the repository.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<void> {
    const { flags } = await this.parse(SchemaInstallCommand);
    const files = (await installSchemas(flags.dir)).map((path) => readerPath(flags.dir, path));
    if (this.wantsJson) return this.printJson({ version: 1, files });
    for (const file of files) this.print(file);
    this.say('open the repository itself as the folder of the editor: its settings count from there');
  }
}
