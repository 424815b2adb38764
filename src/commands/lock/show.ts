import { deploymentLock } from '../../engine/index.ts';
import { BaseCommand, envFlag } from '../../ui/base-command.ts';
import { lockJson, lockText } from '../../ui/deployment-text.ts';

/** `mka lock show`: who deploys. */
export default class LockShow extends BaseCommand {
  static override summary = 'Show who holds the deployment lock of an environment.';
  static override examples = ['<%= config.bin %> lock show -e prod'];
  static override flags = { ...envFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(LockShow);
    const lock = await deploymentLock({ dir: flags.dir, environment: flags.env });
    if (this.wantsJson) this.printJson({ version: 1, lock: lock && lockJson(lock) });
    else this.print(lock === null ? 'nobody holds the lock' : lockText(lock));
  }
}
