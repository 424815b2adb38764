import { conditionChange } from './condition-change.ts';
import { additive, breaking, byOrder, cosmetic, destructive, type FieldRule, type Judgement } from './field-rules.ts';
import { shownDuration } from './shown.ts';

const FROM_NOW = 'for users who enter from now on; users under way keep theirs (R13)';
const REWORDED = cosmetic('the same condition, written otherwise');

/** Places of a campaign but its steps, exits and templates, which have their own comparison. */
export const CAMPAIGN_RULES: readonly FieldRule[] = [
  { at: 'owner', path: 'metadata.owner', judge: cosmetic('who looks after it; users notice nothing') },
  { at: 'labels.*', path: 'metadata.labels.*', judge: cosmetic('a label; users notice nothing') },
  { at: 'labels', path: 'metadata.labels', judge: cosmetic('labels; users notice nothing'), whole: true },
  { at: 'description', path: 'metadata.description', judge: cosmetic('words for people; users notice nothing') },
  { at: 'state', path: 'spec.state', judge: stateChange },
  { at: 'class', path: 'spec.class', judge: classChange },
  { at: 'topic', path: 'spec.topic', judge: breaking(`its messages count under another topic ${FROM_NOW}`) },
  {
    at: 'priority',
    path: 'spec.priority',
    judge: breaking('its messages take another place among those of other campaigns'),
  },
  { at: 'zone', path: 'spec.zone', judge: breaking(`another zone for users who have none of their own, ${FROM_NOW}`) },
  {
    at: 'staleAfterMs',
    path: 'spec.staleAfter',
    judge: byOrder(
      breaking(`messages are still sent when they are later than before, ${FROM_NOW}`),
      breaking(`late messages are given up sooner, ${FROM_NOW}`),
    ),
    show: shownDuration,
  },
  { at: 'quietHours', path: 'spec.quietHours', judge: quietHoursChange },
  { at: 'profile', path: 'spec.profile', judge: profileChange },
  {
    at: 'readsProfile',
    path: 'spec.profile (read by its expressions)',
    judge: breaking('whether a user without a row in the users’ table can enter depends on it'),
  },
  { at: 'trigger.kind', path: 'spec.trigger', judge: breaking('other users enter: another kind of trigger') },
  { at: 'trigger.event', path: 'spec.trigger.event', judge: breaking('other users enter: another event') },
  { at: 'trigger.where', path: 'spec.trigger.where', judge: admission('events trigger it') },
  {
    at: 'trigger.fields.*',
    path: 'spec.trigger.manual.fields.*',
    judge: (before) =>
      before === undefined
        ? additive('a further parameter of an entry by hand')
        : breaking('entries by hand that were right may be refused, or carry less'),
  },
  {
    at: 'trigger.fields',
    path: 'spec.trigger.manual.fields',
    judge: breaking('entries by hand carry other parameters'),
    whole: true,
  },
  {
    at: 'entry.key',
    path: 'spec.entry.key',
    judge: breaking(
      'who has entered is remembered by this key: users may enter again who have been through, or may not',
    ),
  },
  { at: 'entry.reentry', path: 'spec.entry.reentry', judge: reentryChange, show: shownReentry },
  {
    at: 'entry.whileLive',
    path: 'spec.entry.whileLive',
    judge: breaking('a new trigger does something else to users who are under way'),
  },
  { at: 'audience', path: 'spec.audience.where', judge: admission('users can enter') },
  { at: 'goal', path: 'spec.goal', judge: cosmetic('it is measured otherwise; users notice nothing'), whole: true },
  { at: 'goal.event', path: 'spec.goal.event', judge: cosmetic('it is measured otherwise; users notice nothing') },
  { at: 'goal.where', path: 'spec.goal.where', judge: cosmetic('it is measured otherwise; users notice nothing') },
  { at: 'goal.value', path: 'spec.goal.value', judge: cosmetic('it is measured otherwise; users notice nothing') },
  {
    at: 'goal.withinMs',
    path: 'spec.goal.within',
    judge: cosmetic('it is measured otherwise; users notice nothing'),
    show: shownDuration,
  },
];

/** A condition that lets somebody in: wider is only more, narrower and other shut somebody out. */
function admission(who: string): (before: unknown, after: unknown) => Judgement {
  return (before, after) =>
    ({
      same: REWORDED,
      wider: additive(`wider: more ${who}, and all that could still can`),
      narrower: breaking(`narrower: fewer ${who} from now on; users under way stay (R13)`),
      other: breaking(`other ${who} from now on; users under way stay (R13)`),
    })[conditionChange(before, after)];
}

function stateChange(before: unknown, after: unknown): Judgement {
  if (after === 'active') return additive('begins to admit users');
  if (before === 'active') return destructive('stops admitting users; users under way go on to their end (R13)');
  return cosmetic('admits nobody, before and after');
}

function classChange(_: unknown, after: unknown): Judgement {
  return after === 'transactional'
    ? breaking('its messages no longer ask for consent, and pass caps, holdout and quiet hours (R23)')
    : breaking('its messages now need consent, and meet caps, holdout and quiet hours (R23)');
}

function quietHoursChange(_: unknown, after: unknown): Judgement {
  return after === 'ignore'
    ? breaking(`messages are sent at night too ${FROM_NOW}`)
    : breaking(`messages wait for the end of the quiet hours ${FROM_NOW}`);
}

function profileChange(_: unknown, after: unknown): Judgement {
  return after === 'required'
    ? breaking('users without a row in the users’ table no longer enter')
    : additive('users without a row in the users’ table enter too');
}

interface Reentry {
  readonly kind: string;
  readonly ms?: number;
}

/** How soon a user may enter again; larger is later. */
function strictness({ kind, ms = 0 }: Reentry): number {
  return kind === 'once' ? Number.POSITIVE_INFINITY : kind === 'cooldown' ? ms : -1;
}

function reentryChange(before: unknown, after: unknown): Judgement {
  return strictness(after as Reentry) > strictness(before as Reentry)
    ? breaking('users who could enter again have to wait longer, or can not')
    : additive('users may enter again sooner than before');
}

function shownReentry(value: unknown): unknown {
  const { kind, ms } = value as Reentry;
  return kind === 'cooldown' ? { cooldown: shownDuration(ms) } : kind;
}
