import {
  audienceEnv,
  awaitedEnv,
  channelEnv,
  type DeclaredTypes,
  journeyEnv,
  triggerEnv,
} from '../journeys/expression-types.ts';
import type { FieldType } from '../model/field.ts';
import type { CampaignDefinition } from '../model/release.ts';
import { checkExpression, type ExprUses } from '../rules/check.ts';
import type { ExprFinding } from '../rules/expr.ts';
import { parseExpression } from '../rules/parse.ts';
import { BOOL, DOUBLE, DYN, INT, listOf, STRING, TIMESTAMP, type Type } from '../rules/types.ts';
import { type Context, hasBroken } from './context.ts';
import type { RepositoryObject } from './repository-object.ts';
import type { Path } from './yaml/yaml-file.ts';

/** Roots that an expression may name → their types. */
export type Roots = Readonly<Record<string, Type>>;

/** Where an expression stands and what it may say. */
export interface ExpressionPlace {
  readonly object: RepositoryObject;
  readonly path: Path;
  readonly roots: Roots;
  /** Type that it must give. */
  readonly expected?: Type | undefined;
  /** Further words for a name that is not known, such as how text is written. */
  readonly nameHint?: string;
}

/**
 * Checks one expression where it stands; findings carry the column inside the YAML text. Gives what it reads, or
 * undefined when it has findings.
 */
export function checkCel(
  context: Pick<Context, 'findings'>,
  text: string,
  place: ExpressionPlace,
): ExprUses | undefined {
  const parsed = parseExpression(text);
  if (!parsed.ok) return reportAll(context, parsed.findings, place);
  const checked = checkExpression(parsed.expr, { roots: place.roots }, place.expected);
  return checked.findings.length > 0 ? reportAll(context, checked.findings, place) : checked.uses;
}

function reportAll(
  context: Pick<Context, 'findings'>,
  findings: readonly ExprFinding[],
  place: ExpressionPlace,
): undefined {
  for (const { code, message, hint, start, end } of findings) {
    const at = place.object.file.spanAt(place.path, start, Math.max(end, start + 1));
    const isFuture = code === 'cel/unknown-segment' || code === 'cel/unknown-metric';
    const said = lowerFirst(message.replace(/\.$/, ''));
    context.findings.add(isFuture ? 'unsupported/key' : code, at, isFuture ? notBuilt(code) : said, {
      hint: isFuture ? 'see docs/status.md' : hintOf(code, hint, place),
    });
  }
  return undefined;
}

/** Where text is a likely value, a name that is near no other is text without its quotes. */
function hintOf(
  code: ExprFinding['code'],
  hint: string | undefined,
  { nameHint }: ExpressionPlace,
): string | undefined {
  if (code === 'cel/unknown-name' && nameHint !== undefined && !hint?.startsWith('Did you mean')) return nameHint;
  return hint === undefined ? undefined : lowerFirst(hint.replace(/\.$/, ''));
}

function notBuilt(code: 'cel/unknown-segment' | 'cel/unknown-metric'): string {
  return `\`${code === 'cel/unknown-segment' ? 'segment' : 'metric'}("…")\` is not built yet`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `event` and `now` are of declared types only; anything goes where a type could not be read. */
function declaredTypes(context: Context): DeclaredTypes {
  return {
    project: context.project ?? { users: { attributes: {} } },
    tables: Object.fromEntries(context.tables),
    eventTypes: Object.fromEntries(context.eventTypes),
  };
}

/** The types of what a campaign's expressions name, with `dyn` where a declaration has findings of its own. */
export class RootTypes {
  readonly #context: Context;
  readonly #types: DeclaredTypes;
  readonly #trigger: CampaignDefinition['trigger'];

  constructor(context: Context, trigger: CampaignDefinition['trigger']) {
    this.#context = context;
    this.#types = declaredTypes(context);
    this.#trigger = trigger;
  }

  /** Filter of the trigger and entry key: the event alone. */
  trigger(): Roots {
    if (this.#trigger.kind === 'manual') return {};
    const type = this.#types.eventTypes[this.#trigger.event];
    return type === undefined ? { event: DYN } : triggerEnv(type.fields).roots;
  }

  audience(): Roots {
    return this.#softened(audienceEnv(this.#trigger, this.#types).roots, this.#triggerEvent);
  }

  journey(): Roots {
    return this.#softened(journeyEnv(this.#trigger, this.#types).roots);
  }

  awaited(event: string): Roots {
    return this.#softened(awaitedEnv(event, this.#trigger, this.#types).roots, event);
  }

  get #triggerEvent(): string | undefined {
    return this.#trigger.kind === 'event' ? this.#trigger.event : undefined;
  }

  #softened(roots: Roots, event?: string): Roots {
    const entry = this.#triggerEvent;
    return {
      ...roots,
      ...(entry !== undefined && this.#types.eventTypes[entry] === undefined ? { entry: DYN } : {}),
      ...(event !== undefined && this.#types.eventTypes[event] === undefined ? { event: DYN } : {}),
      ...(isUserKnown(this.#context) ? {} : { user: DYN }),
    };
  }
}

/** What a channel's address and consent may name. */
export function channelRoots(context: Context): Roots {
  return isUserKnown(context) ? channelEnv(declaredTypes(context)).roots : { user: DYN, now: TIMESTAMP };
}

/** False when the project or the users' table has findings of its own, so that its fields cannot be told. */
export function isUserKnown(context: Context): boolean {
  const { project, tables } = context;
  if (project === undefined || hasBroken(context, 'Source')) return false;
  return project.users.table === undefined || tables.has(project.users.table);
}

const FIELD_TYPES: Readonly<Record<FieldType, Type>> = {
  string: STRING,
  int: INT,
  double: DOUBLE,
  bool: BOOL,
  timestamp: TIMESTAMP,
  json: DYN,
  'list<string>': listOf(STRING),
  'list<int>': listOf(INT),
};

/** The type that a value for a declared field must have. */
export function typeOfField({ type }: { readonly type: FieldType }): Type {
  return FIELD_TYPES[type];
}
