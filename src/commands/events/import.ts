import { Args } from '@oclif/core';
import { EXIT, type ImportSummary, importEvents } from '../../engine/index.ts';
import { BaseCommand, envFlag } from '../../ui/base-command.ts';

/** Refused lines printed one by one; the rest is in the dead letters and in the counts. */
const MAX_LINES_SHOWN = 50;

/** `mka events import`: many events from NDJSON. */
export default class EventsImport extends BaseCommand {
  static override summary = 'Put the events of an NDJSON file on the queue, one CloudEvent a line.';
  static override description =
    'Good lines are taken, bad ones are listed with their code and kept as dead letters. Importing a file twice changes nothing: an event is known by (source, id).';
  static override examples = [
    '<%= config.bin %> events import orders.ndjson',
    'zcat orders.ndjson.gz | <%= config.bin %> events import -',
  ];
  static override args = { file: Args.string({ required: true, description: 'The file, or - for standard input.' }) };
  static override flags = { ...envFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EventsImport);
    let shown = 0;
    const place = { dir: flags.dir, environment: flags.env };
    const summary = await importEvents(place, args.file, ({ line, code, detail }) => {
      shown += 1;
      if (shown <= MAX_LINES_SHOWN) this.say(`line ${line}: ${code}: ${detail}`);
    });
    this.#print(summary, shown);
    if (summary.refused > 0) this.endWith(EXIT.findings);
  }

  #print(summary: ImportSummary, refused: number): void {
    if (refused > MAX_LINES_SHOWN) this.say(`… and ${refused - MAX_LINES_SHOWN} more lines`);
    if (this.wantsJson) return this.printJson({ version: 1, ...summary });
    this.print(`${summary.lines} lines: ${summary.accepted} events queued, ${summary.refused} refused`);
    for (const [code, count] of Object.entries(summary.codes)) this.print(`  ${code}  ${count}`);
  }
}
