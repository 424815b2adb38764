import { EXIT, testPolicies } from '../../engine/index.ts';
import { BaseCommand } from '../../ui/base-command.ts';

/** `mka policy test`: the policies as they stand in the folder, on made-up changes. */
export default class PolicyTest extends BaseCommand {
  static override summary = 'Run policies/*.policy-test.json against the policies as they stand in the folder.';
  static override description = 'Exit code 1 when a case fails or there is none.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<void> {
    const { flags } = await this.parse(PolicyTest);
    const results = await testPolicies(flags.dir);
    const failed = results.filter(({ differences }) => differences.length > 0);
    if (this.wantsJson) this.printJson({ version: 1, cases: results });
    else {
      for (const { file, name, differences } of results) {
        this.print(`${differences.length === 0 ? 'ok  ' : 'FAIL'} ${file}: ${name}`);
        for (const difference of differences) this.print(`       ${difference}`);
      }
      this.say(results.length === 0 ? 'no cases' : `${results.length - failed.length} passed, ${failed.length} failed`);
    }
    if (failed.length > 0 || results.length === 0) this.endWith(EXIT.findings);
  }
}
