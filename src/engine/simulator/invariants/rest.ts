import type { WatcherFactory } from '../history.ts';
import { holderOf } from '../world/node.ts';

/** When all is healed nothing is left under way: every journey of a plan is finite. */
export const watchRest: WatcherFactory = ({ plan, report }) => {
  const running = new Map<string, string>();
  return {
    started: (node, generation) => {
      running.set(node, holderOf(node, generation));
    },
    ended: async (store, atMs) => {
      const { mailbox, leases } = await store.status(atMs);
      if (mailbox > 0) report('rest/mailbox', `${mailbox} inputs are left in the mailbox`);
      const kept = leases.filter(({ holder }) => [...running.values()].includes(holder));
      if (kept.length > 0) report('rest/leases', `${kept.length} leases were not given back`);
      for (const { id } of plan.users) {
        const state = await store.userState(id);
        for (const { campaign, position } of state?.live ?? []) {
          report('rest/enrollment', `${id} is still in ${campaign}: ${JSON.stringify(position)}`);
        }
      }
    },
  };
};
