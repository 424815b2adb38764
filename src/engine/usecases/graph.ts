import { compileRepository } from '../compile/compile-repository.ts';
import { suggestion } from '../compile/suggest.ts';
import type { SourceFile } from '../compile/text.ts';
import { durationText } from '../compile/time-values.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { CampaignDefinition, StepDefinition } from '../model/release.ts';

/**
 * A campaign as a Mermaid flowchart. Throws MkaError `repository/invalid` when the repository has errors,
 * `campaign/unknown` when it has no such campaign.
 */
export function graphCampaign(files: readonly SourceFile[], name: string): string {
  const { bundle, diagnostics } = compileRepository(files);
  if (bundle === undefined) {
    throw new MkaError('repository/invalid', 'the campaign repository has errors', {
      hint: 'mka validate lists them all',
      diagnostics,
    });
  }
  const { campaigns } = bundle.release;
  const campaign = Object.hasOwn(campaigns, name) ? campaigns[name] : undefined;
  if (campaign === undefined) {
    const hint = suggestion(name, Object.keys(campaigns), 'campaign');
    throw new MkaError('campaign/unknown', `there is no campaign \`${name}\``, {
      ...(hint === undefined ? {} : { hint }),
      exitCode: EXIT.usage,
    });
  }
  return mermaid(campaign);
}

function mermaid(campaign: CampaignDefinition): string {
  const nodes = new Map(campaign.steps.map((step, index) => [step.id, `s${index}`]));
  const node = (id: string): string => nodes.get(id) ?? 'end';
  const first = campaign.steps[0]?.id ?? '';
  const lines = [
    'flowchart TD',
    `  start([${label(triggerText(campaign))}]) --> ${node(first)}`,
    ...campaign.steps.map((step) => `  ${node(step.id)}${shape(step)}`),
    ...campaign.steps.flatMap((step) =>
      edges(step).map(({ to, text }) => `  ${node(step.id)} -->${text === '' ? '' : `|${label(text)}|`} ${node(to)}`),
    ),
    ...campaign.exits.map(
      (exit, index) => `  x${index}{{${label(`exit on ${exit.kind === 'event' ? exit.event : exit.when}`)}}}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function triggerText({ name, trigger }: CampaignDefinition): string {
  if (trigger.kind === 'manual') return `${name}: by hand`;
  return `${name}: ${trigger.event}${trigger.where === undefined ? '' : ` where ${trigger.where}`}`;
}

function shape(step: StepDefinition): string {
  switch (step.kind) {
    case 'waitAfter':
      return `[/${label(`${step.id}: wait ${durationText(step.ms)}${step.from === 'entry' ? ' from entry' : ''}`)}/]`;
    case 'waitIn':
      return `[/${label(`${step.id}: wait ${step.days} days${step.atMinute === undefined ? '' : ` until ${clock(step.atMinute)}`}`)}/]`;
    case 'waitFor':
      return `[/${label(`${step.id}: wait for ${step.event}, ${durationText(step.timeoutMs)} at most`)}/]`;
    case 'branch':
      return `{${label(step.id)}}`;
    case 'send':
      return `[${label(`${step.id}: send ${step.template} by ${step.via.join(', then ')}`)}]`;
    case 'set':
      return `[${label(`${step.id}: set ${Object.keys(step.values).join(', ')}`)}]`;
    case 'emit':
      return `[${label(`${step.id}: emit ${step.event}`)}]`;
    case 'exit':
      return `([${label(step.id)}])`;
  }
}

function edges(step: StepDefinition): { readonly to: string; readonly text: string }[] {
  if (step.kind === 'branch') {
    const cases = step.cases.map(({ when, next }) => ({ to: next, text: when ?? 'otherwise' }));
    return step.next === undefined ? cases : [...cases, { to: step.next, text: 'otherwise' }];
  }
  if (step.kind === 'waitFor') {
    return [
      { to: step.onMatch, text: 'match' },
      { to: step.onTimeout, text: 'time-out' },
    ];
  }
  return step.next === undefined ? [] : [{ to: step.next, text: '' }];
}

function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Text in quotes; Mermaid takes entities for what would end them. */
function label(text: string): string {
  return `"${text.replaceAll('&', '#amp;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;')}"`;
}
