import { Flags } from '@oclif/core';
import { EXIT, MkaError, releaseDeploymentLock } from '../../engine/index.ts';
import { BaseCommand, envFlag } from '../../ui/base-command.ts';
import { lockJson, lockText } from '../../ui/deployment-text.ts';

/** `mka lock release`: take the lock away. */
export default class LockRelease extends BaseCommand {
  static override summary = 'Take the deployment lock away from its holder.';
  static override description =
    'Rarely needed: the lock of a holder that is gone frees itself within half a minute. A deployment that lost its lock can still not overwrite another.';
  static override examples = ['<%= config.bin %> lock release -e prod --force --reason "its machine hangs"'];
  static override flags = {
    ...envFlag,
    force: Flags.boolean({ default: false, summary: 'Take it from somebody else.' }),
    reason: Flags.string({ helpValue: 'TEXT', summary: 'Why it is taken away.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(LockRelease);
    if (flags.force !== (flags.reason !== undefined)) {
      throw new MkaError('cli/usage', '--force and --reason go together', { exitCode: EXIT.usage });
    }
    const released = await releaseDeploymentLock({ dir: flags.dir, environment: flags.env }, flags.reason);
    if (this.wantsJson) this.printJson({ version: 1, released: released && lockJson(released) });
    else this.print(released === null ? 'nobody held the lock' : `released: ${lockText(released)}`);
  }
}
