import { KINDS } from '../compile/schema/kinds.ts';
import { alternatives, nearest } from '../compile/suggest.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';

/** One part of a selector. */
export interface SelectorAtom {
  /** `owner`, `label`, `changed`, `state`, a kind in lower case, or `name` where none is written. */
  readonly method: string;
  readonly value: string;
  /** `+x`: with everything that it names. */
  readonly withUsed: boolean;
  /** `x+`: with everything that names it. */
  readonly withUsers: boolean;
  /** As it was written, for messages. */
  readonly text: string;
}

const METHODS = ['owner', 'label', 'state', ...KINDS.map((kind) => kind.toLowerCase())];

/** A selector as groups that add up, each of parts that must all hold. Throws MkaError `select/syntax`. */
export function parseSelector(text: string): SelectorAtom[][] {
  const groups = text.split(/\s+/).filter((group) => group !== '');
  if (groups.length === 0) throw mistake(text, 'it is empty', 'such as campaign:win-*, owner:growth or changed');
  return groups.map((group) => group.split(',').map((atom) => parseAtom(atom, text)));
}

function parseAtom(atom: string, selector: string): SelectorAtom {
  const [, before = '', body = '', after = ''] = /^(\+?)(.*?)(\+?)$/s.exec(atom) ?? [];
  const parts = { withUsed: before === '+', withUsers: after === '+', text: atom };
  if (body === '') throw mistake(selector, 'a name is missing', 'such as campaign:win-*, +win-back or win-back+');
  if (body === 'changed') return { method: 'changed', value: '', ...parts };
  const colon = body.indexOf(':');
  if (colon < 0) return { method: 'name', value: body, ...parts };
  const [method, value] = [body.slice(0, colon).toLowerCase(), body.slice(colon + 1)];
  if (!METHODS.includes(method)) {
    const near = nearest(method, [...METHODS, 'changed']);
    const hint = near ? `did you mean \`${near}\`?` : `use changed, ${alternatives(METHODS)}`;
    throw mistake(selector, `there is nothing to select by \`${body.slice(0, colon)}\``, hint);
  }
  if (value === '') throw mistake(selector, `\`${method}:\` needs a value`, `such as ${method}:x, ${method}:x-*`);
  if (method === 'state' && value !== 'modified')
    throw mistake(selector, `there is no state \`${value}\``, 'use state:modified');
  return { method, value, ...parts };
}

function mistake(selector: string, message: string, hint: string): MkaError {
  return new MkaError('select/syntax', `the selector \`${selector}\` cannot be read: ${message}`, {
    hint,
    exitCode: EXIT.usage,
  });
}
