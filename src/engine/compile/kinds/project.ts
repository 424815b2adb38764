import type { ProjectDefinition, QuietHours } from '../../model/release.ts';
import type { Context } from '../context.ts';
import { hasBroken, objectsOf } from '../context.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { nearest, suggestion } from '../suggest.ts';
import { clockMinute, durationMs, isZone, zoneNames } from '../time-values.ts';
import type { Path } from '../yaml/yaml-file.ts';
import { lowerFields } from './fields.ts';

const DEFAULTS = { staleAfter: '12h', futureSkew: '5m', dedupeHorizon: '7d' } as const;

/** mka.yaml → the project; tables must be known. */
export function compileProject(context: Context): ProjectDefinition | undefined {
  const [object] = objectsOf(context, 'Project');
  if (object === undefined) {
    if (!hasBroken(context, 'Project')) {
      const at = { file: 'mka.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 };
      context.findings.add('repository/no-project', at, 'the repository has no project file mka.yaml', {
        hint: 'write one with kind: Project at its root, or name the right folder with --dir',
        docs: 'mka schema show project',
      });
    }
    return undefined;
  }
  const { spec } = object.value;
  checkZone(context, object, ['spec', 'zone'], spec.zone);
  const staleAfterMs = durationMs(spec.staleAfter ?? DEFAULTS.staleAfter);
  const quietHours = spec.quietHours && compileQuietHours(context, object, spec.quietHours, staleAfterMs);
  return {
    name: object.name,
    zone: spec.zone,
    currency: spec.currency,
    ...(quietHours === undefined ? {} : { quietHours }),
    staleAfterMs,
    futureSkewMs: durationMs(spec.futureSkew ?? DEFAULTS.futureSkew),
    dedupeHorizonMs: durationMs(spec.dedupeHorizon ?? DEFAULTS.dedupeHorizon),
    users: compileUsers(context, object),
  };
}

/** Reports a time zone that does not exist. */
export function checkZone(
  context: Pick<Context, 'findings'>,
  object: RepositoryObject,
  path: Path,
  zone: string,
): void {
  if (isZone(zone)) return;
  const near = nearest(zone, zoneNames()) ?? zoneNames().find((name) => name.endsWith(`/${zone}`));
  context.findings.add('project/zone', object.at(...path), `there is no time zone \`${zone}\``, {
    hint: near ? `did you mean \`${near}\`?` : 'use an IANA name such as Asia/Shanghai',
  });
}

function compileQuietHours(
  context: Context,
  object: RepositoryObject<'Project'>,
  quiet: { readonly start: string; readonly end: string },
  staleAfterMs: number,
): QuietHours {
  const hours = { startMinute: clockMinute(quiet.start), endMinute: clockMinute(quiet.end) };
  const at = object.keyAt('spec', 'quietHours');
  if (hours.startMinute === hours.endMinute) {
    context.findings.add('project/quiet-hours', at, 'quiet hours start and end at the same minute', {
      hint: 'leave them out, or name two times of day',
    });
  } else if (quietMs(hours) >= staleAfterMs) {
    context.findings.add(
      'project/quiet-hours',
      at,
      'quiet hours last as long as `staleAfter`: what falls due at their start would always be stale',
      {
        hint: 'make staleAfter longer or quiet hours shorter (R7)',
      },
    );
  }
  return hours;
}

/** Length of the window in milliseconds. */
export function quietMs({ startMinute, endMinute }: QuietHours): number {
  return ((endMinute - startMinute + 1440) % 1440) * 60_000;
}

function compileUsers(context: Context, object: RepositoryObject<'Project'>): ProjectDefinition['users'] {
  const users = object.value.spec.users ?? {};
  const attributes = lowerFields(users.attributes);
  const table = users.table === undefined ? undefined : context.tables.get(users.table);
  if (users.table !== undefined && table === undefined && !hasBroken(context, 'Source')) {
    const hint = suggestion(users.table, context.tables.keys(), 'table');
    context.findings.add(
      'link/unknown-table',
      object.at('spec', 'users', 'table'),
      `no Source of type table is called \`${users.table}\``,
      { hint },
    );
  }
  if (users.zoneField !== undefined && (table !== undefined || users.table === undefined)) {
    const field = table?.fields[users.zoneField];
    const at = object.at('spec', 'users', 'zoneField');
    if (field === undefined) {
      const hint = suggestion(users.zoneField, Object.keys(table?.fields ?? {}), 'field');
      context.findings.add('link/unknown-field', at, `the users' table has no field \`${users.zoneField}\``, { hint });
    } else if (field.type !== 'string') {
      context.findings.add(
        'source/zone-field',
        at,
        `the field \`${users.zoneField}\` is ${field.type}; a time zone is text`,
      );
    }
  }
  for (const name of Object.keys(attributes)) {
    if (table?.fields[name] === undefined && name !== 'id') continue;
    context.findings.add(
      'project/attribute-conflict',
      object.keyAt('spec', 'users', 'attributes', name),
      `\`user.${name}\` would be both an attribute and a field of the users' table`,
      {
        hint: 'give the attribute another name',
      },
    );
  }
  return {
    ...(users.table === undefined ? {} : { table: users.table }),
    ...(users.zoneField === undefined ? {} : { zoneField: users.zoneField }),
    attributes,
  };
}
