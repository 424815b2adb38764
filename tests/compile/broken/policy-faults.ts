import { type Fault, fault } from './fault.ts';

const APPROVALS = 'policies/approvals.policy.yaml';
const WINDOW = 'policies/change-window.policy.yaml';
const MARKETING = 'policies/marketing.policy.yaml';
const WAIVER = (rule: string, until: string) =>
  `  waivers:\n    - {rule: ${rule}, object: campaign:order-reminder, reason: test, until: ${until}}\n`;

/** Policies. */
export const POLICY_FAULTS: readonly Fault[] = [
  fault(
    'two rules of one id',
    'policy/duplicate-id',
    [10, 11, 'quiet-hours'],
    MARKETING,
    'id: owner',
    'id: quiet-hours',
  ),
  fault(
    'an approval with the id of another one',
    'policy/duplicate-id',
    [8, 12, 'another-person'],
    APPROVALS,
    'id: two-for-destructive',
    'id: another-person',
  ),
  fault(
    'a team that nobody names',
    'policy/unknown-team',
    [7, 78, 'growht'],
    APPROVALS,
    'when: environment.name == "prod", count: 1}',
    'when: environment.name == "prod", count: 1, team: growht}',
    {
      edits: [
        { file: APPROVALS, find: '"prod", count: 1}', put: '"prod", count: 1, team: growht}' },
        { file: MARKETING, find: 'spec:\n', put: 'spec:\n  teams: {growth: [ada@example.com]}\n' },
      ],
    },
  ),
  fault('a team with too few members', 'policy/team-too-small', [8, 105, '2'], APPROVALS, '', '', {
    edits: [
      { file: APPROVALS, find: 'count: 2}', put: 'count: 2, team: growth}' },
      { file: MARKETING, find: 'spec:\n', put: 'spec:\n  teams: {growth: [ada@example.com, ada@example.com]}\n' },
    ],
  }),
  fault(
    'a window that closes when it opens',
    'policy/window',
    [7, 80, '"16:00"'],
    WINDOW,
    'days: [fri], from: "00:00"',
    'days: [fri], from: "16:00"',
  ),
  fault(
    'a window of an environment that is not there',
    'link/unknown-environment',
    [6, 21, 'pord'],
    WINDOW,
    'environment: prod',
    'environment: pord',
  ),
  fault('a window in a zone that is not there', 'project/zone', [6, 33, 'Asia/Shangai'], WINDOW, 'Shanghai', 'Shangai'),
  fault('a time of day beyond the end of the day', 'schema/format', [6, 95, '"24:30"'], WINDOW, '"24:00"', '"24:30"'),
  fault('a day that is not one', 'schema/value', [7, 55, 'friday'], WINDOW, '[fri]', '[friday]'),
  fault(
    'a waiver of a rule that is not there',
    'policy/unknown-rule',
    [6, 14, 'owners'],
    MARKETING,
    '  rules:\n',
    `${WAIVER('owners', '2026-12-31T00:00:00Z')}  rules:\n`,
  ),
  fault(
    'a waiver of a mandatory rule',
    'policy/not-overridable',
    [6, 14, 'quiet-hours'],
    MARKETING,
    '  rules:\n',
    `${WAIVER('quiet-hours', '2026-12-31T00:00:00Z')}  rules:\n`,
  ),
  fault(
    'a waiver until a day that does not exist',
    'policy/until',
    [6, 75, '2026-02-30T00:00:00Z'],
    MARKETING,
    '  rules:\n',
    `${WAIVER('owner', '2026-02-30T00:00:00Z')}  rules:\n`,
  ),
  fault('a level that is not one', 'schema/value', [7, 14, 'strict'], MARKETING, 'level: mandatory', 'level: strict'),
  fault(
    'a policy about a field that objects do not have',
    'cel/unknown-field',
    [8, 80, 'quiet'],
    MARKETING,
    'object.quiet_hours',
    'object.quiet',
  ),
  fault(
    'a rule that gives no truth',
    'cel/result-type',
    [8, 13, 'object.name'],
    MARKETING,
    'change.action != "delete" && object.class == "marketing" && object.quiet_hours == "ignore"',
    'object.name',
  ),
  fault('a policy in a file of another name', 'repository/file-name', [3, 18, 'night'], 'policies/night.yaml', '', '', {
    edits: [
      { file: 'policies/night.yaml', put: 'apiVersion: mka/v1\nkind: Policy\nmetadata: {name: night}\nspec: {}\n' },
    ],
  }),
  fault(
    'a rule without a message',
    'schema/missing-key',
    [6, 7],
    MARKETING,
    '      message: a marketing campaign keeps the quiet hours\n',
    '',
  ),
  fault('a count of nobody', 'schema/range', [7, 69, '0'], APPROVALS, 'count: 1', 'count: 0'),
];
