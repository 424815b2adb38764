import { conditionChange } from './condition-change.ts';
import { additive, breaking, byOrder, cosmetic, destructive, type FieldRule, type Judgement } from './field-rules.ts';
import { shownCount, shownDuration } from './shown.ts';

/*
 * Objects that no enrollment is pinned to: what they say holds for users under way too (R13).
 */

const METADATA: readonly FieldRule[] = [
  { at: 'owner', path: 'metadata.owner', judge: cosmetic('who looks after it; users notice nothing') },
  { at: 'labels', path: 'metadata.labels', judge: cosmetic('labels; users notice nothing') },
  { at: 'description', path: 'metadata.description', judge: cosmetic('words for people; users notice nothing') },
];

/** Declared fields of an event or a table, below `path`. */
function fieldRules(path: string, what: string): readonly FieldRule[] {
  return [
    {
      at: 'fields.*',
      path: `${path}.*`,
      whole: true,
      judge: (_, after) => {
        if (after === undefined) return breaking(`${what} no longer have this field: who reads it finds nothing`);
        const isRequired = (after as { readonly required?: boolean }).required === true;
        return isRequired ? breaking(`${what} without it are refused`) : additive('a further field');
      },
    },
    { at: 'fields.*.type', path: `${path}.*.type`, judge: breaking('a value of another type reads as absent') },
    {
      at: 'fields.*.required',
      path: `${path}.*.required`,
      judge: (_, after) => (after === true ? breaking(`${what} without it are refused`) : additive('it may be absent')),
    },
    {
      at: 'fields.*.pii',
      path: `${path}.*.pii`,
      judge: (_, after) =>
        after === undefined
          ? breaking('shown unmasked wherever this value is printed')
          : cosmetic('masked otherwise wherever this value is printed'),
    },
    { at: 'fields.*.description', path: `${path}.*.description`, judge: cosmetic('words for people') },
  ];
}

export const EVENT_TYPE_RULES: readonly FieldRule[] = [
  ...METADATA,
  { at: 'user', path: 'user', judge: breaking('events of this type belong to other users') },
  {
    at: 'maxLatenessMs',
    path: 'maxLateness',
    judge: byOrder(
      additive('events may arrive later and still let users enter'),
      breaking('late events let nobody enter sooner (R7)'),
    ),
    show: shownDuration,
  },
  ...fieldRules('fields', 'events'),
];

export const TABLE_RULES: readonly FieldRule[] = [
  ...METADATA,
  { at: 'key', path: 'spec.key', judge: breaking('rows are found by another field') },
  {
    at: 'maxAgeMs',
    path: 'spec.maxAge',
    judge: byOrder(breaking('decisions may rest on older rows'), additive('decisions rest on fresher rows')),
    show: shownDuration,
  },
  { at: 'from', path: 'spec.from', judge: breaking('rows come from somewhere else') },
  ...fieldRules('spec.fields', 'rows'),
];

const CURRENT = 'for users under way too';

export const CHANNEL_RULES: readonly FieldRule[] = [
  ...METADATA,
  { at: 'address', path: 'spec.address', judge: breaking(`messages go to other addresses, ${CURRENT}`) },
  { at: 'consent', path: 'spec.consent', judge: consentChange },
  {
    at: 'retry.attempts',
    path: 'spec.retry.attempts',
    judge: breaking(`a message is tried more or less often, ${CURRENT}`),
  },
  {
    at: 'retry.backoffMs',
    path: 'spec.retry.backoff',
    judge: cosmetic('pauses between attempts'),
    show: shownDurations,
  },
  {
    at: 'receiptTimeoutMs',
    path: 'spec.receiptTimeout',
    judge: breaking(`an outcome counts as unknown sooner or later, ${CURRENT}`),
    show: shownDuration,
  },
  {
    at: 'onUnknown',
    path: 'spec.onUnknown',
    judge: breaking(`a message whose outcome stays unknown is treated otherwise, ${CURRENT}`),
  },
  {
    at: 'timeoutMs',
    path: 'spec.timeout',
    judge: breaking(`an attempt is given up sooner or later, ${CURRENT}`),
    show: shownDuration,
  },
  { at: 'concurrency', path: 'spec.concurrency', judge: cosmetic('how many go out at once, not what anybody gets') },
  { at: 'maxBacklog', path: 'spec.maxBacklog', judge: cosmetic('how many may wait in line, not what anybody gets') },
  {
    at: 'provider.addresses',
    path: 'spec.addresses',
    judge: breaking('the file channel answers otherwise for single addresses'),
    show: shownCount,
  },
  { at: 'provider.type', path: 'spec.type', judge: breaking(`messages leave by another provider, ${CURRENT}`) },
  { at: 'provider.*', path: 'spec.*', judge: breaking(`messages leave by a provider set up otherwise, ${CURRENT}`) },
];

function consentChange(before: unknown, after: unknown): Judgement {
  const change = conditionChange(before, after);
  if (change === 'same') return cosmetic('the same condition, written otherwise');
  if (change === 'wider') return breaking(`more users count as having agreed to messages, ${CURRENT}`);
  return breaking(`other or fewer users count as having agreed to messages, ${CURRENT}`);
}

function shownDurations(value: unknown): unknown {
  return Array.isArray(value) ? value.map(shownDuration) : value;
}

/** Places of a list but its entries. */
export const LIST_RULES: readonly FieldRule[] = [
  ...METADATA,
  { at: 'type', path: 'spec.type', judge: breaking('the list means something else') },
  { at: 'channels', path: 'spec.channels', judge: breaking('the list holds for other channels') },
  {
    at: 'legal',
    path: 'spec.legal',
    judge: (_, after) =>
      after === true
        ? breaking('stops transactional messages too (R23)')
        : breaking('no longer stops transactional messages (R23)'),
  },
];

export const PROJECT_RULES: readonly FieldRule[] = [
  ...METADATA,
  {
    at: 'name',
    path: 'metadata.name',
    judge: destructive('part of every key: whoever has entered or got something before is forgotten'),
  },
  { at: 'zone', path: 'spec.zone', judge: breaking(`another zone for users who have none of their own, ${CURRENT}`) },
  { at: 'currency', path: 'spec.currency', judge: breaking('amounts of money mean something else') },
  { at: 'quietHours', path: 'spec.quietHours', judge: breaking(`messages are held at other times, ${CURRENT}`) },
  {
    at: 'staleAfterMs',
    path: 'spec.staleAfter',
    judge: breaking('late messages are given up sooner or later'),
    show: shownDuration,
  },
  {
    at: 'futureSkewMs',
    path: 'spec.futureSkew',
    judge: breaking('events from the future are refused sooner or later'),
    show: shownDuration,
  },
  {
    at: 'dedupeHorizonMs',
    path: 'spec.dedupeHorizon',
    judge: byOrder(
      additive('repeated events are known for longer'),
      breaking('an event that is repeated late takes effect twice'),
    ),
    show: shownDuration,
  },
  { at: 'users.table', path: 'spec.users.table', judge: breaking('what is known of users comes from another table') },
  {
    at: 'users.zoneField',
    path: 'spec.users.zoneField',
    judge: breaking('the zone of users comes from another field (R1)'),
  },
  {
    at: 'users.attributes.*',
    path: 'spec.users.attributes.*',
    judge: (before) =>
      before === undefined ? additive('a further attribute') : breaking('who reads it finds something else'),
  },
];

const NEW_TEXT = 'for users who enter from now on; users under way get the earlier text (R13)';

export const TEMPLATE_RULES: readonly FieldRule[] = [
  ...METADATA,
  { at: 'inputs.*', path: 'spec.inputs.*', judge: breaking(`another value in the text ${NEW_TEXT}`) },
  { at: 'content.*', path: 'spec.content.*', judge: breaking(`a text added or removed ${NEW_TEXT}`), whole: true },
  { at: 'content.*.subject', path: 'spec.content.*.subject', judge: breaking(`another subject ${NEW_TEXT}`) },
  { at: 'content.*.body', path: 'spec.content.*.body', judge: breaking(`another text ${NEW_TEXT}`) },
];
