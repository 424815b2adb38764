import type { Diagnostic } from '../../src/engine/index.ts';
import type { FindingsReport } from '../../src/ui/diagnostics/report.ts';

const CAMPAIGN = `apiVersion: mka/v1
kind: Campaign
metadata: {name: winback, description: 想念您 & <more>}
spec:
  state: active
  trigger: {event: order.created}
  steps:
    - id: one-day
      wait: {duration: 1d}
    - {id: 李😀, send: {template: hi, via: [wechat, smss]}}
`;

const EMAIL = 'kind: Channel\nspec:\n  password: hunter2\n  tls: none\n';

const TEXTS: Readonly<Record<string, string>> = { 'winback.campaign.yaml': CAMPAIGN, 'email.channel.yaml': EMAIL };

function finding(
  code: string,
  file: string,
  mark: string,
  more: Partial<Diagnostic> & Pick<Diagnostic, 'message'>,
): Diagnostic {
  const lines = (TEXTS[file] ?? '').split('\n');
  const line = lines.findIndex((text) => text.includes(mark));
  const column = (lines[line]?.indexOf(mark) ?? 0) + 1;
  return {
    severity: 'error',
    ...more,
    code,
    at: { file, line: line + 1, column, endLine: line + 1, endColumn: column + mark.length },
  };
}

/** One finding of every make: hint, docs, related place, warning, secret, wide characters. */
export const FINDINGS: readonly Diagnostic[] = [
  finding('schema/secret-literal', 'email.channel.yaml', 'hunter2', {
    message: '`password` is a secret and stands here in clear text',
    hint: 'write {fromEnv: NAME}',
  }),
  finding('schema/value', 'email.channel.yaml', 'none', { message: '`tls` cannot be `none`, because: 100% in clear' }),
  finding('repository/file-name', 'winback.campaign.yaml', 'winback', {
    severity: 'warning',
    message: 'the file of Campaign `winback` is called back.campaign.yaml',
  }),
  finding('schema/unknown-key', 'winback.campaign.yaml', 'duration', {
    message: '`duration` is not a key of `wait`; use `after`, `in` or `for`',
    docs: 'mka schema show campaign.steps.wait',
  }),
  finding('link/unknown-channel', 'winback.campaign.yaml', 'smss', {
    message: 'there is no channel `smss`',
    hint: 'did you mean `sms`?',
    related: [
      { message: 'another place', at: { file: 'email.channel.yaml', line: 1, column: 7, endLine: 1, endColumn: 14 } },
    ],
  }),
];

/** A report of them, seen from the folder above the repository. */
export function reportOfFindings(findings: readonly Diagnostic[] = FINDINGS): FindingsReport {
  return {
    findings,
    files: ['email.channel.yaml', 'hi.template.yaml', 'winback.campaign.yaml'],
    textOf: (file) => TEXTS[file],
    pathOf: (file) => `campaigns/${file}`,
    version: '0.1.0',
    facts: { counts: { Campaign: 1 } },
  };
}
