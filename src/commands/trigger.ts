import { Args, Flags } from '@oclif/core';
import { triggerEvent } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { instant } from '../ui/instant.ts';
import { parseData } from '../ui/parse-data.ts';

/** `mka trigger`: one event by hand. */
export default class Trigger extends BaseCommand {
  static override summary = 'Put one event on the queue, as if its producer had sent it.';
  static override description = 'Works with or without a running daemon: the queue is durable.';
  static override examples = [
    `<%= config.bin %> trigger order.created --user u1 --data '{"order_id":"o1","amount_minor":12900}'`,
  ];
  static override args = {
    type: Args.string({ required: true, description: 'The event type, as a Source declares it.' }),
  };
  static override flags = {
    ...envFlag,
    user: Flags.string({ required: true, helpValue: 'ID', summary: 'Whom it is about.' }),
    data: Flags.string({ default: '{}', helpValue: 'JSON', summary: 'The data of the event.' }),
    id: Flags.string({ helpValue: 'ID', summary: 'Its id; with the source it is what an event is known by.' }),
    source: Flags.string({ helpValue: 'NAME', summary: 'Its source.' }),
    time: Flags.string({ helpValue: 'INSTANT', summary: 'When it happened, RFC 3339; now when left out.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Trigger);
    const { dir, env, user, id, source, time } = flags;
    const data = parseData(flags.data);
    const event = await triggerEvent({ dir, environment: env }, { type: args.type, user, data, id, source, time });
    const shown = { type: event.type, source: event.source, id: event.id, occurredAt: instant(event.occurredAtMs) };
    if (this.wantsJson) this.printJson({ version: 1, ...shown, receivedAt: instant(event.receivedAtMs) });
    else this.print(`queued ${shown.type} ${shown.id} from ${shown.source}, occurred ${shown.occurredAt}`);
  }
}
