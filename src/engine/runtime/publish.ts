import type { EnrollInput, EventInput } from '../model/input.ts';
import type { Tenant } from '../model/slot.ts';
import { partitionOf, slotOf } from '../model/slot.ts';
import type { BusMessage, BusPort } from '../ports/bus.ts';

/** What travels on a partition's queue: an input that intake has checked. */
export type BusInput = EventInput | EnrollInput;

/** Routes accepted inputs to the queues of their users' partitions; durable once resolved (architecture rule 3). */
export async function publish(
  bus: Pick<BusPort, 'publish'>,
  tenant: Tenant,
  inputs: readonly BusInput[],
  receivedAtMs: number,
): Promise<void> {
  await bus.publish(inputs.map((input) => toMessage(tenant, input, receivedAtMs)));
}

/** The queue of one input's user. */
export function toMessage(tenant: Tenant, input: BusInput, receivedAtMs: number): BusMessage {
  return { partition: partitionOf(slotOf(tenant, userOf(input))), receivedAtMs, body: JSON.stringify(input) };
}

/** Reads a message back; null when it is not one that mka wrote. */
export function fromBody(body: string): BusInput | null {
  try {
    const input = JSON.parse(body) as BusInput | null;
    return input?.kind === 'event' || input?.kind === 'enroll' ? input : null;
  } catch {
    return null;
  }
}

function userOf(input: BusInput): string {
  return input.kind === 'event' ? input.event.user : input.user;
}
