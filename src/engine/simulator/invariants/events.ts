import { fingerprintOf } from '../../runtime/fingerprint.ts';
import type { WatcherFactory } from '../history.ts';

/** An event or request that was taken in has its effect exactly once, in the form in which it first came (I3). */
export const watchEvents: WatcherFactory = ({ report, note }) => {
  const contents = new Map<string, Set<string>>();
  const folded = new Map<string, number>();
  const consumed = new Set<number>();
  return {
    published: (input) => {
      const { key, content } = fingerprintOf(input);
      const known = contents.get(key) ?? new Set();
      contents.set(key, known);
      if (known.has(content)) note('event/repeated');
      else if (known.size > 0) note('event/conflicting');
      known.add(content);
    },
    committed: ({ request, mail }) => {
      for (const { key } of request.fingerprints) {
        folded.set(key, (folded.get(key) ?? 0) + 1);
        if ((folded.get(key) ?? 0) > 1) report('event/twice', `the event ${key} was folded twice`);
      }
      for (const { id } of mail) {
        if (consumed.has(id)) report('mail/twice', `mailbox row ${id} was folded twice`);
        consumed.add(id);
      }
      for (const name of Object.keys(request.counters)) note(`counter/${name}`);
      const taken = request.changes.flatMap(({ records }) => records.filter(({ kind }) => kind === 'event'));
      if (taken.length > request.fingerprints.length)
        report('event/unasked', 'an event was folded without its identity');
    },
    ended: async () => {
      for (const key of contents.keys()) {
        if (!folded.has(key)) report('event/lost', `the event ${key} was acknowledged and never folded`);
      }
    },
  };
};
