import type { ListDefinition, ListEntry } from '../../model/release.ts';
import { type Context, checkReference, objectsOf } from '../context.ts';
import { parseCsv } from '../csv.ts';
import type { ListEntrySpec } from '../generated/types.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { suggestion } from '../suggest.ts';
import { decodeText, MAX_DATA_BYTES } from '../text.ts';
import { instantMs } from '../time-values.ts';
import type { Path } from '../yaml/yaml-file.ts';
import { reportMissing, resolveOrReport } from './source.ts';

const COLUMNS = ['user', 'address', 'reason', 'until'] as const;

/** Lists with the entries of their files. */
export function compileLists(context: Context): void {
  for (const object of objectsOf(context, 'List')) {
    const { spec } = object.value;
    for (const [index, channel] of (spec.channels ?? []).entries()) {
      checkReference(context, 'Channel', channel, object.at('spec', 'channels', index));
    }
    const entries = (spec.entries ?? []).map((entry, index) =>
      compileEntry(context, object, entry, ['spec', 'entries', index]),
    );
    const fromFile = spec.file === undefined ? [] : readEntries(context, object, spec.file);
    context.lists.set(object.name, {
      name: object.name,
      type: spec.type,
      channels: spec.channels ?? [],
      legal: spec.legal ?? false,
      entries: [...entries, ...fromFile],
    } satisfies ListDefinition);
  }
}

/** One entry: a user or an address, with an end that exists. */
export function compileEntry(context: Context, object: RepositoryObject, entry: ListEntrySpec, path: Path): ListEntry {
  const { user, address, reason, until } = entry;
  if ((user === undefined) === (address === undefined)) {
    context.findings.add('list/entry', object.at(...path), 'an entry names either a `user` or an `address`', {
      hint: user === undefined ? 'add one of the two' : 'make two entries of it',
    });
  }
  const untilMs = until === undefined ? undefined : instantMs(until);
  if (until !== undefined && untilMs === undefined) {
    context.findings.add('list/entry', object.at(...path, 'until'), `there is no instant \`${until}\``);
  }
  return {
    ...(user === undefined ? {} : { user }),
    ...(address === undefined ? {} : { address }),
    reason,
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

function readEntries(context: Context, object: RepositoryObject, relative: string): ListEntry[] {
  const path = resolveOrReport(context, object, relative, ['spec', 'file']);
  const file = path === undefined ? undefined : context.resources.get(path);
  if (path !== undefined && file === undefined) reportMissing(context, object, path, ['spec', 'file']);
  const text = file === undefined ? undefined : decodeText(file, context.findings, MAX_DATA_BYTES);
  if (text === undefined || path === undefined) return [];
  const [header, ...records] = parseCsv(text);
  const columns = header?.cells ?? [];
  const report = (line: number, message: string, hint?: string): void => {
    context.findings.add('list/csv', { file: path, line, column: 1, endLine: line, endColumn: 1 }, message, { hint });
  };
  const unknown = columns.find((name) => !COLUMNS.includes(name as never));
  if (unknown !== undefined)
    report(1, `\`${unknown}\` is not a column of a list`, suggestion(unknown, COLUMNS, 'column'));
  else if (!columns.includes('reason'))
    report(1, 'the column `reason` is missing', `the first line is ${COLUMNS.join(',')}`);
  else
    return records.flatMap(
      ({ line, cells }) => rowEntry(columns, cells, (message, hint) => report(line, message, hint)) ?? [],
    );
  return [];
}

function rowEntry(
  columns: readonly string[],
  cells: readonly string[],
  report: (message: string, hint?: string) => void,
): ListEntry | undefined {
  const cell = (name: string): string | undefined => cells[columns.indexOf(name)] || undefined;
  const [user, address, reason, until] = COLUMNS.map(cell);
  const untilMs = until === undefined ? undefined : instantMs(until);
  if (cells.length !== columns.length) report(`the line has ${cells.length} cells, the header ${columns.length}`);
  else if ((user === undefined) === (address === undefined)) report('a line names either a user or an address');
  else if (reason === undefined) report('the reason is empty');
  else if (until !== undefined && untilMs === undefined)
    report(`there is no instant \`${until}\``, 'such as 2026-11-22T02:00:00Z');
  else {
    return {
      ...(user === undefined ? {} : { user }),
      ...(address === undefined ? {} : { address }),
      reason,
      ...(untilMs === undefined ? {} : { untilMs }),
    };
  }
  return undefined;
}
