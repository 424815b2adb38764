import { type Context, objectsOf } from './context.ts';
import { durationText } from './time-values.ts';

/** A setting that nobody wrote: whose it is, its key, the value that holds. */
export interface EffectiveDefault {
  readonly object: string;
  readonly key: string;
  readonly value: string;
}

/** The defaults of semantics.md that hold in this repository, by object and key. */
export function effectiveDefaults(context: Context): EffectiveDefault[] {
  const { project } = context;
  if (project === undefined) return [];
  const own = `Project/${project.name}`;
  return [
    ...missing(own, objectsOf(context, 'Project')[0]?.value.spec, {
      staleAfter: durationText(project.staleAfterMs),
      futureSkew: durationText(project.futureSkewMs),
      dedupeHorizon: durationText(project.dedupeHorizonMs),
      quietHours: 'none',
    }),
    ...[...context.eventTypes.values()].flatMap(({ name, maxLatenessMs }) =>
      eventDefaults(context, name, maxLatenessMs),
    ),
    ...objectsOf(context, 'Source').flatMap(({ name, value: { spec } }) =>
      spec.type === 'table' ? missing(`Source/${name}`, spec, { maxAge: '24h' }) : [],
    ),
    ...objectsOf(context, 'Channel').flatMap(({ name, value: { spec } }) =>
      missing(`Channel/${name}`, spec, {
        retry: '3 attempts, 30s, then 2m',
        receiptTimeout: '10m',
        onUnknown: 'hold',
        timeout: '30s',
        concurrency: spec.type === 'file' ? '1000' : '8',
        maxBacklog: '100000',
        consent: 'not asked',
      }),
    ),
    ...objectsOf(context, 'Campaign').flatMap(({ name, value: { spec } }) => [
      ...missing(`Campaign/${name}`, spec, {
        class: 'marketing',
        priority: '50',
        zone: project.zone,
        staleAfter: durationText(project.staleAfterMs),
        quietHours: spec.class === 'transactional' ? 'ignore' : 'apply',
        profile: 'required',
      }),
      ...missing(`Campaign/${name}`, spec.entry, { reentry: 'once', whileLive: 'ignore' }, 'entry.'),
    ]),
  ];
}

function eventDefaults(context: Context, name: string, maxLatenessMs: number): EffectiveDefault[] {
  const spec = objectsOf(context, 'Source')
    .map(({ value }) => value.spec)
    .find((source) => source.type === 'events' && source.events[name] !== undefined);
  const declared = spec?.type === 'events' ? spec.events[name] : undefined;
  return missing(`event ${name}`, declared, { user: 'subject', maxLateness: durationText(maxLatenessMs) });
}

function missing(
  object: string,
  written: object | undefined,
  values: Readonly<Record<string, string>>,
  prefix = '',
): EffectiveDefault[] {
  return Object.entries(values)
    .filter(([key]) => !Object.hasOwn(written ?? {}, key))
    .map(([key, value]) => ({ object, key: `${prefix}${key}`, value }));
}
