import { Flags } from '@oclif/core';
import { buildRepository } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';

/** `mka build`: the bundle of an environment. */
export default class BuildCommand extends BaseCommand {
  static override summary = 'Render the repository for an environment and print the digest of its bundle.';
  static override description =
    'The bundle is canonical JSON, and its digest the SHA-256 of its bytes: comments and the order of keys change neither. The same files give the same digest on every machine.';
  static override flags = {
    ...envFlag,
    out: Flags.string({ char: 'o', helpValue: 'FILE', summary: 'Write the bundle to this file.' }),
    check: Flags.string({
      helpValue: 'DIGEST',
      summary: 'Fail, and write nothing, when the bundle has another digest.',
    }),
  };
  static override examples = [
    '<%= config.bin %> <%= command.id %> -e prod --out bundle.json',
    '<%= config.bin %> <%= command.id %> -e prod --check sha256:…',
  ];

  async run(): Promise<void> {
    const { flags } = await this.parse(BuildCommand);
    const { dir, env: environment, out, check } = flags;
    const built = await buildRepository({ dir, environment }, { out, check });
    if (this.wantsJson) this.printJson({ version: 1, ...built });
    else this.print(built.digest);
    if (out !== undefined) this.say(`${built.bytes} bytes for ${built.environment} written to ${out}`);
  }
}
