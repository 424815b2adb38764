import { describe, expect, it } from 'vitest';
import { describeSchema } from '../../src/engine/compile/schema/describe.ts';
import { graphCampaign } from '../../src/engine/usecases/graph.ts';
import { schemaInstallation } from '../../src/engine/usecases/install-schemas.ts';
import { listObjects } from '../../src/engine/usecases/list-objects.ts';
import { validate } from '../../src/engine/usecases/validate.ts';
import { schemaText } from '../../src/ui/schema-text.ts';
import { edited, exampleFiles } from './example-repository.ts';

const files = exampleFiles();

describe('validate', () => {
  it('counts what there is and names the defaults that hold', () => {
    const { isValid, counts, cases, defaults, digest } = validate(files);
    expect({ isValid, counts, cases }).toEqual({
      isValid: true,
      counts: {
        Project: 1,
        Source: 2,
        Campaign: 2,
        Channel: 3,
        Template: 2,
        List: 1,
        Environment: 2,
        Policy: 3,
        Test: 2,
      },
      cases: 12,
    });
    expect(digest).toMatch(/^sha256:/);
    expect(defaults).toContainEqual({ object: 'Project/shop', key: 'staleAfter', value: '12h' });
    expect(defaults).toContainEqual({ object: 'Campaign/order-reminder-sms', key: 'priority', value: '50' });
    expect(defaults.some(({ object, key }) => object === 'Campaign/order-reminder' && key === 'priority')).toBe(false);
  });
});

describe('list', () => {
  it('gives all objects by kind and name, or those of one kind in any spelling', () => {
    expect(listObjects(files)).toHaveLength(18);
    expect(listObjects(files, 'Campaigns').map(({ name }) => name)).toEqual(['order-reminder', 'order-reminder-sms']);
    expect(listObjects(files, 'channel').map(({ name }) => name)).toEqual(['email', 'sms', 'wechat']);
  });

  it('names the nearest kind', () => {
    expect(() => listObjects(files, 'campain')).toThrow(
      expect.objectContaining({ code: 'cli/unknown-kind', hint: 'did you mean `Campaign`?' }),
    );
  });
});

describe('graph', () => {
  it('draws steps, ways and exits', async () => {
    const steps = `    - {id: wait, wait: {for: {event: order.paid}, timeout: 1d, onMatch: done}}
    - {id: by-city, branch: [{when: user.city == "<&>", next: remind}]}
    - {id: mark, set: {lifecycle: '"x"'}}
    - {id: tomorrow, wait: {in: {days: 1, at: "09:00"}}}
    - {id: tell, emit: {event: order.paid, data: {order_id: entry.data.order_id}}}
    - {id: remind, send: {template: unpaid-reminder, via: [wechat, sms]}}
    - {id: done, exit: {}}`;
    const put = `apiVersion: mka/v1\nkind: Campaign\nmetadata: {name: all}\nspec:\n  state: draft\n  trigger: {event: order.created}\n  exit: [{event: order.paid}, {when: user.city == null}]\n  steps:\n${steps}\n`;
    const mermaid = graphCampaign(edited(files, [{ file: 'all.campaign.yaml', put }]), 'all');
    await expect(mermaid).toMatchFileSnapshot('golden/graph.golden.mmd');
  });

  it('says which campaigns there are, and does not draw what is broken', () => {
    expect(() => graphCampaign(files, 'order-remind')).toThrow(
      expect.objectContaining({ code: 'campaign/unknown', hint: 'did you mean `order-reminder`?' }),
    );
    const broken = edited(files, [{ file: 'mka.yaml', find: 'zone: Asia', put: 'zone: Asiaa' }]);
    expect(() => graphCampaign(broken, 'order-reminder')).toThrow(
      expect.objectContaining({ code: 'repository/invalid' }),
    );
  });
});

describe('schema show', () => {
  it.each([
    ['campaign.steps.wait', ['after', 'in', 'for']],
    ['campaign.spec.steps.wait', ['after', 'in', 'for']],
    ['channel', [undefined]],
    ['channel.spec', ['type: file', 'type: email']],
    ['source.events.fields', [undefined]],
    ['test.cases.timeline', ['event', 'enroll', 'pause', 'resume', 'channel', 'redeliver', 'restart', 'profile']],
  ])('%s', (path, choices) => {
    const place = describeSchema(path);
    expect('unknown' in place ? place : place.alternatives.map(({ when }) => when)).toEqual(choices);
  });

  it('is text for people', async () => {
    const place = describeSchema('campaign.steps.wait');
    if ('unknown' in place) throw new Error(place.unknown);
    await expect(schemaText(place)).toMatchFileSnapshot('golden/schema-show.golden.txt');
  });

  it.each([
    ['campain.steps', 'campain', 'campaign'],
    ['campaign.stepz', 'stepz', 'steps'],
    ['campaign.steps.send.tempalte', 'tempalte', 'template'],
  ])('of %s names what is near', (path, unknown, near) => {
    expect(describeSchema(path)).toMatchObject({ unknown, near });
  });
});

describe('schema install', () => {
  it('adds to the settings of the editor and keeps the others', () => {
    const installed = schemaInstallation(() => '{"editor.tabSize": 2, "yaml.schemas": {"./other.json": "x.yaml"}}');
    const settings = JSON.parse(installed.find(({ path }) => path === '.vscode/settings.json')?.text ?? '');
    expect(settings['editor.tabSize']).toBe(2);
    expect(settings['yaml.schemas']).toMatchObject({
      './other.json': 'x.yaml',
      './.vscode/mka/campaign.json': '**/*.campaign.yaml',
      './.vscode/mka/project.json': '**/mka.yaml',
    });
    expect(installed.map(({ path }) => path)).toContain('.vscode/mka/common.json');
  });

  it('changes nothing the second time, and leaves settings with comments alone', () => {
    const first = schemaInstallation(() => undefined);
    expect(schemaInstallation((path) => first.find((file) => file.path === path)?.text)).toEqual(first);
    expect(() => schemaInstallation(() => '// mine\n{}')).toThrow(
      expect.objectContaining({ code: 'schema/settings-unreadable' }),
    );
  });
});
