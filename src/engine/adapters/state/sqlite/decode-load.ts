import type { EntryMemory } from '../../../model/effect.ts';
import type { UserState } from '../../../model/state.ts';
import type { LoadRequest, LoadResult } from '../../../ports/state-store.ts';
import type { LoadAnswer } from './load.ts';
import { decodeState } from './state-text.ts';

/** Joins what was asked with what was answered, which stands in the same order. */
export function decodeLoad(request: LoadRequest, answer: LoadAnswer): LoadResult {
  const users = new Map<string, UserState>();
  for (const [i, user] of request.users.entries()) {
    const state = answer.users[i] ?? null;
    if (state !== null) users.set(user, decodeState(state));
  }
  const seen = new Map<string, string>();
  for (const [i, key] of request.fingerprints.entries()) {
    const content = answer.seen[i] ?? null;
    if (content !== null) seen.set(key, content);
  }
  return { users, seen, entries: decodeEntries(request, answer) };
}

function decodeEntries(request: LoadRequest, answer: LoadAnswer): Map<string, EntryMemory[]> {
  const entries = new Map<string, EntryMemory[]>();
  for (const [i, { user, campaign, key }] of request.entries.entries()) {
    const row = answer.entries[i] ?? null;
    if (row === null) continue;
    const memory = { campaign, key, lastEntryAtMs: row[0], enteredAtMs: row[1] };
    const ofUser = entries.get(user);
    if (ofUser === undefined) entries.set(user, [memory]);
    else ofUser.push(memory);
  }
  return entries;
}
