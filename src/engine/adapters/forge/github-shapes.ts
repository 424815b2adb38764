import type { ForgeReview } from '../../ports/forge.ts';
import { malformed } from './github-api.ts';

/** A part of an answer whose form is not known yet. */
type Fields = Readonly<Record<string, unknown>>;

/** What may be decided on a pull request's behalf. */
const TRUSTED = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/** Committer of what is merged or edited at the forge's own pages. */
const FORGE_ITSELF = 'web-flow';

const STATES: Readonly<Record<string, ForgeReview['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  DISMISSED: 'dismissed',
  COMMENTED: 'commented',
};

/**
 * A review ("List reviews for a pull request"); null for a draft, for a deleted account and for a bot: a workflow of the change
 * itself could approve as one. An approval by somebody from outside the repository is a comment: anybody may write one.
 */
export function reviewOf(item: unknown): ForgeReview | null {
  const { id, user, state, body, commit_id, submitted_at, author_association } = fieldsOf(item, 'reviews');
  if (state === 'PENDING' || user === null) return null;
  const { login, type } = fieldsOf(user, 'reviews');
  if (type === 'Bot') return null;
  const atMs = Date.parse(textOf(submitted_at, 'reviews'));
  if (!Number.isFinite(atMs)) throw malformed('reviews', 'a time that is none');
  const known = STATES[textOf(state, 'reviews')] ?? 'commented';
  const isOutside = known === 'approved' && !TRUSTED.has(String(author_association));
  return {
    id: idOf(id, 'reviews'),
    login: textOf(login, 'reviews'),
    state: isOutside ? 'commented' : known,
    commit: commit_id === null ? '' : textOf(commit_id, 'reviews'),
    body: body === null ? '' : textOf(body, 'reviews'),
    atMs,
  };
}

/** Login of who opened a pull request, and how many commits it has ("Get a pull request"). */
export function pullRequestOf(item: unknown): { readonly login: string | null; readonly commits: number } {
  const { user, commits } = fieldsOf(item, 'the pull request');
  if (typeof commits !== 'number') throw malformed('the pull request', 'no number of commits');
  return { login: loginOf(user, 'the pull request'), commits };
}

/**
 * Who wrote a commit ("List commits on a pull request"): logins, and the e-mail address of one whom the forge knows no login
 * of.
 */
export function commitAuthors(item: unknown): readonly string[] {
  const where = 'the commits';
  const { author, committer, commit } = fieldsOf(item, where);
  const raw = fieldsOf(commit, where);
  const people = [
    loginOf(author, where) ?? textOf(fieldsOf(raw['author'], where)['email'], where),
    loginOf(committer, where) ?? textOf(fieldsOf(raw['committer'], where)['email'], where),
  ];
  return people.filter((name) => name !== FORGE_ITSELF);
}

export interface Comment {
  readonly id: string;
  readonly login: string | null;
  readonly isBot: boolean;
  readonly body: string;
}

/** A comment ("List issue comments"). */
export function commentOf(item: unknown): Comment {
  const { id, user, body } = fieldsOf(item, 'the comments');
  const login = loginOf(user, 'the comments');
  const isBot = user !== null && fieldsOf(user, 'the comments')['type'] === 'Bot';
  return { id: idOf(id, 'the comments'), login, isBot, body: typeof body === 'string' ? body : '' };
}

/** Null for a deleted account, and for `{}`, which the forge gives where it knows nobody. */
export function loginOf(user: unknown, where: string): string | null {
  if (user === null || user === undefined) return null;
  const { login } = fieldsOf(user, where);
  return login === undefined ? null : textOf(login, where);
}

function idOf(value: unknown, where: string): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw malformed(where, 'an id that is no number');
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw malformed(where, 'a field that should be text');
}

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw malformed(where, 'an entry of another form');
}
