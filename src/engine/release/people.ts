/** File of the campaign repository that names who may sign, in the format of `ssh-keygen` (ALLOWED SIGNERS). */
export const ALLOWED_SIGNERS_FILE = 'policies/allowed-signers';

/**
 * Who is who: names under which one person signs, commits and reviews. They come from the base branch, so that nobody can
 * declare himself another person in the change that he wants to approve.
 */
export interface People {
  /** One word for all names of a person; the name itself for a stranger. */
  personOf(name: string): string;
  /** True for whom a line of the allowed-signers file or a team names. */
  isKnown(name: string): boolean;
}

/**
 * Reads people out of an allowed-signers text: the principals of a line (`ada@example.com,ada@home.example,ada-lovelace`) are
 * one person's names, and so are those of two lines with one key. Names compare without case. A principal with a wildcard
 * names nobody. `members` are the members of teams, known even without a key.
 */
export function readPeople(allowedSigners: string, members: Iterable<string> = []): People {
  const parent = new Map<string, string>();
  const find = (name: string): string => {
    const above = parent.get(name);
    return above === undefined || above === name ? name : find(above);
  };
  const join = (one: string, other: string): void => {
    const [a, b] = [find(one), find(other)].sort();
    if (a === undefined || b === undefined) return;
    parent.set(a, a);
    parent.set(b, a);
  };
  for (const member of members) join(normal(member), normal(member));
  for (const { principals, key } of allowedSigners.split('\n').flatMap(readLine)) {
    for (const name of principals) {
      join(name, `key ${key}`);
    }
  }
  const shortest = new Map<string, string>();
  for (const name of parent.keys()) {
    if (name.startsWith('key ')) continue;
    const root = find(name);
    const known = shortest.get(root);
    if (known === undefined || name < known) shortest.set(root, name);
  }
  return {
    personOf: (name) => {
      const names = namesOf(name);
      const known = names.find((one) => parent.has(one)) ?? normal(name);
      return shortest.get(find(known)) ?? known;
    },
    isKnown: (name) => namesOf(name).some((one) => parent.has(one)),
  };
}

/** One line: `principals [options] keytype key [comment]`; quotes may stand around principals and in options. */
function readLine(line: string): { readonly principals: readonly string[]; readonly key: string }[] {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return [];
  const words = trimmed.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
  const at = words.findIndex((word, index) => index > 0 && /^(?:sk-)?(?:ssh|ecdsa)-/.test(word));
  const key = at < 0 ? undefined : words[at + 1];
  if (key === undefined) return [];
  const principals = (words[0] ?? '').replaceAll('"', '').split(',').map(normal);
  return [{ principals: principals.filter((name) => name !== '' && !/[*?!]/.test(name)), key }];
}

/** A name, and the login that a forge's no-reply address stands for (`123+ada@users.noreply.github.com`). */
function namesOf(name: string): string[] {
  const own = normal(name);
  const login = /^(?:\d+[+-])?([^@+]+)@users\.noreply\./.exec(own)?.[1];
  return login === undefined ? [own] : [own, login];
}

function normal(name: string): string {
  return name.trim().toLowerCase();
}
