/** A failing case, and the word of the failure that it must give. */
export interface FailingCase {
  readonly name: string;
  readonly code: 'missing' | 'differs' | 'unexpected' | 'sent' | 'refused' | 'endless';
  /** What stands in the case below its name. */
  readonly yaml: string;
}

const CREATED = '{at: 2026-11-22T10:00:00Z, event: order.created, user: u1, data: {order_id: o1}}';
const PAID = '{at: +5m, event: order.paid, user: u1, data: {order_id: o1}}';

function lines(parts: {
  users?: string;
  more?: string;
  timeline: readonly string[];
  expect: readonly string[];
}): string {
  return [
    `users: ${parts.users ?? '{u1: {surname: Li, openid: o1, email: li@example.com}}'}`,
    ...(parts.more === undefined ? [] : [parts.more]),
    'timeline:',
    ...parts.timeline.map((entry) => `  - ${entry}`),
    'expect:',
    ...parts.expect.map((entry) => `  - ${entry}`),
  ].join('\n');
}

/** Each way in which an expectation can fail. */
export const FAILING: readonly FailingCase[] = [
  {
    name: 'a message that was not sent',
    code: 'missing',
    yaml: lines({ timeline: [CREATED, PAID], expect: ['{user: u1, send: remind}', '{user: u1, end: exit_event}'] }),
  },
  {
    name: 'a message at another instant',
    code: 'differs',
    yaml: lines({ timeline: [CREATED], expect: ['{at: +9m, user: u1, send: remind}'] }),
  },
  {
    name: 'a message by another channel with another text',
    code: 'differs',
    yaml: lines({ timeline: [CREATED], expect: ['{user: u1, send: remind, via: email, contains: Dear Wang}'] }),
  },
  {
    name: 'a message that no line expects',
    code: 'unexpected',
    yaml: lines({ timeline: [CREATED], expect: ['{user: u1, end: completed}'] }),
  },
  {
    name: 'a message to a user who should get nothing',
    code: 'sent',
    yaml: lines({ timeline: [CREATED], expect: ['{user: u1, nothing: true}'] }),
  },
  {
    name: 'an end for another reason',
    code: 'differs',
    yaml: lines({ timeline: [CREATED, PAID], expect: ['{user: u1, end: completed}'] }),
  },
  {
    name: 'one end of two',
    code: 'unexpected',
    yaml: lines({
      timeline: [CREATED, '{at: +5m, event: order.created, user: u1, data: {order_id: o2}}'],
      expect: [
        '{at: +10m, user: u1, send: remind}',
        '{at: +15m, user: u1, send: remind}',
        '{at: +15m, user: u1, end: completed}',
      ],
    }),
  },
  {
    name: 'a refusal for another reason',
    code: 'differs',
    yaml: lines({
      timeline: [CREATED, '{at: +1m, event: order.created, user: u1, data: {order_id: o1}}'],
      expect: ['{user: u1, send: remind}', '{user: u1, refused: already_entered}'],
    }),
  },
  {
    name: 'a skip for another reason',
    code: 'differs',
    yaml: lines({
      users: '{u1: {surname: Li}}',
      timeline: [CREATED],
      expect: ['{user: u1, skipped: remind, reason: blacklist}'],
    }),
  },
  {
    name: 'a hold until another instant',
    code: 'differs',
    yaml: lines({
      more: 'zone: Asia/Shanghai',
      timeline: ['{at: 2026-11-22T15:00:00Z, event: order.created, user: u1, data: {order_id: o1}}'],
      expect: [
        '{user: u1, held: remind, reason: quiet_hours, until: 2026-11-23T08:00:00Z}',
        '{at: 2026-11-23T00:00:00Z, user: u1, send: remind}',
      ],
    }),
  },
  {
    name: 'an event that is refused',
    code: 'refused',
    yaml: lines({
      timeline: [
        '{at: 2026-11-22T10:00:00Z, event: order.created, user: u1, occurredAt: 2026-11-23T10:00:00Z, data: {order_id: o1}}',
      ],
      expect: ['{user: u1, nothing: true}'],
    }),
  },
  {
    name: 'a journey without an end and no word until when',
    code: 'endless',
    yaml: lines({
      timeline: ['{at: 2026-11-22T10:00:00Z, enroll: monthly, user: u1}'],
      expect: ['{user: u2, nothing: true}'],
      users: '{u1: {surname: Li}, u2: {surname: Wang}}',
    }),
  },
  {
    name: 'a user to whom nothing happened',
    code: 'missing',
    yaml: lines({
      users: '{u1: {openid: o1}, u2: {openid: o2}}',
      timeline: [CREATED],
      expect: ['{user: u1, send: remind}', '{user: u2, send: remind}'],
    }),
  },
];
