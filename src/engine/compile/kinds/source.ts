import type { EventTypeDefinition, TableDefinition } from '../../model/release.ts';
import { type Context, objectsOf } from '../context.ts';
import { parseCsv } from '../csv.ts';
import type { EventsSpec, EventTypeSpec, TableSpec } from '../generated/types.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { suggestion } from '../suggest.ts';
import { decodeUtf8 } from '../text.ts';
import { durationMs } from '../time-values.ts';
import { lowerFields } from './fields.ts';

/** Declares event types and tables. */
export function compileSources(context: Context): void {
  const places = new Map<string, RepositoryObject>();
  for (const object of objectsOf(context, 'Source')) {
    const { spec } = object.value;
    if (spec.type === 'events') compileEvents(context, object, spec, places);
    else context.tables.set(object.name, compileTable(context, object, spec));
  }
}

function compileEvents(
  context: Context,
  object: RepositoryObject,
  spec: EventsSpec,
  places: Map<string, RepositoryObject>,
): void {
  for (const [name, type] of Object.entries(spec.events)) {
    const first = places.get(name);
    if (first !== undefined) {
      context.findings.add(
        'link/duplicate-event',
        object.keyAt('spec', 'events', name),
        `the event type \`${name}\` is declared twice`,
        {
          hint: 'keep one declaration',
          related: [{ message: 'the first one', at: first.keyAt('spec', 'events', name) }],
        },
      );
      continue;
    }
    places.set(name, object);
    context.eventTypes.set(name, compileEventType(context, object, name, type));
  }
}

function compileEventType(
  context: Context,
  object: RepositoryObject,
  name: string,
  spec: EventTypeSpec,
): EventTypeDefinition {
  const fields = lowerFields(spec.fields);
  const user = spec.user ?? 'subject';
  const field = user.slice('data.'.length);
  const at = object.at('spec', 'events', name, 'user');
  if (user !== 'subject' && fields[field] === undefined) {
    const hint = suggestion(field, Object.keys(fields), 'field');
    context.findings.add('source/user-field', at, `\`${user}\` names no declared field of \`${name}\``, { hint });
  } else if (user !== 'subject' && fields[field]?.type !== 'string') {
    context.findings.add(
      'source/user-field',
      at,
      `the user's id in \`${user}\` is ${fields[field]?.type}; ids are text`,
      { hint: 'declare it as type: string' },
    );
  }
  return { name, user, fields, maxLatenessMs: durationMs(spec.maxLateness ?? '24h') };
}

/** After the project is known: an event may not come later than its id is remembered (R8). */
export function checkLateness(context: Context): void {
  const { project } = context;
  if (project === undefined) return;
  for (const object of objectsOf(context, 'Source')) {
    const { spec } = object.value;
    if (spec.type !== 'events') continue;
    for (const [name, type] of Object.entries(spec.events)) {
      if (durationMs(type.maxLateness ?? '24h') <= project.dedupeHorizonMs) continue;
      const path = ['spec', 'events', name, ...(type.maxLateness === undefined ? [] : ['maxLateness'])];
      context.findings.add(
        'source/lateness',
        type.maxLateness === undefined ? object.keyAt(...path) : object.at(...path),
        `\`${name}\` may come later than its id is remembered: a repeat could take effect twice`,
        {
          hint: "keep maxLateness within the project's dedupeHorizon (R8)",
        },
      );
    }
  }
}

function compileTable(context: Context, object: RepositoryObject, spec: TableSpec): TableDefinition {
  const fields = lowerFields(spec.fields);
  const key = fields[spec.key];
  if (key === undefined) {
    const hint = suggestion(spec.key, Object.keys(fields), 'field');
    context.findings.add('source/key', object.at('spec', 'key'), `the key \`${spec.key}\` is not a declared field`, {
      hint,
    });
  } else if (key.type !== 'string') {
    context.findings.add(
      'source/key',
      object.at('spec', 'key'),
      `the key \`${spec.key}\` is ${key.type}; ids are text`,
      { hint: 'declare it as type: string' },
    );
  }
  return {
    name: object.name,
    key: spec.key,
    fields,
    maxAgeMs: durationMs(spec.maxAge ?? '24h'),
    from: compileFrom(context, object, spec),
  };
}

function compileFrom(context: Context, object: RepositoryObject, spec: TableSpec): TableDefinition['from'] {
  if ('csv' in spec.from) {
    const path = resolveOrReport(context, object, spec.from.csv, ['spec', 'from', 'csv']);
    if (path !== undefined) checkHeader(context, object, spec, path);
    return { csv: path ?? spec.from.csv };
  }
  const { file, table } = spec.from.sqlite;
  return {
    sqlite: { file: resolveOrReport(context, object, file, ['spec', 'from', 'sqlite', 'file']) ?? file, table },
  };
}

/** A path relative to the naming file → relative to the root; one that leads outside is a finding. */
export function resolveOrReport(
  context: Context,
  object: RepositoryObject,
  relative: string,
  path: readonly string[],
): string | undefined {
  const resolved = object.resolve(relative);
  if (resolved === undefined) {
    context.findings.add('repository/outside', object.at(...path), `\`${relative}\` leads out of the repository`, {
      hint: 'name a file inside it, relative to this file',
    });
  }
  return resolved;
}

/** The text of a file that an object names; one that is not there is a finding. */
export function reportMissing(
  context: Context,
  object: RepositoryObject,
  resolved: string,
  path: readonly string[],
): void {
  const ending = resolved.slice(resolved.lastIndexOf('.'));
  const others = [...context.resources.keys()].filter((name) => name.endsWith(ending));
  context.findings.add('repository/file-missing', object.at(...path), `there is no file \`${resolved}\``, {
    hint: suggestion(resolved, others, 'such file'),
  });
}

function checkHeader(context: Context, object: RepositoryObject, spec: TableSpec, path: string): void {
  const file = context.resources.get(path);
  if (file === undefined) return reportMissing(context, object, path, ['spec', 'from', 'csv']);
  // The header alone: a table may be larger than what is worth reading here.
  const lineEnd = file.bytes.indexOf(10);
  const [header] = parseCsv(decodeUtf8(file.bytes.subarray(0, lineEnd < 0 ? undefined : lineEnd)) ?? '');
  const columns = header?.cells ?? [];
  for (const name of Object.keys(spec.fields)) {
    if (columns.includes(name)) continue;
    context.findings.add(
      'source/csv-header',
      object.keyAt('spec', 'fields', name),
      `${path} has no column \`${name}\``,
      {
        hint: suggestion(name, columns, 'column'),
      },
    );
  }
}
