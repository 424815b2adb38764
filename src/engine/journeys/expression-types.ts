import type { Field, Fields } from '../model/field.ts';
import type { CampaignDefinition, EventTypeDefinition, ProjectDefinition, TableDefinition } from '../model/release.ts';
import {
  BOOL,
  DOUBLE,
  DYN,
  INT,
  listOf,
  STRING,
  structOf,
  TIMESTAMP,
  type Type,
  type TypeEnv,
} from '../rules/types.ts';

/** What the types of a campaign's expressions come from. */
export interface DeclaredTypes {
  readonly project: Pick<ProjectDefinition, 'users'>;
  readonly tables: Readonly<Record<string, TableDefinition>>;
  readonly eventTypes: Readonly<Record<string, EventTypeDefinition>>;
}

/** `user.*`: the id, the fields of the users' table, the attributes that `set` writes. */
export function userType({ project, tables }: Pick<DeclaredTypes, 'project' | 'tables'>): Type {
  const table = project.users.table === undefined ? undefined : tables[project.users.table];
  return structOf({ ...fieldTypes(table?.fields ?? {}), ...fieldTypes(project.users.attributes), id: STRING });
}

/** `event` of a declared type; its data is empty for an unknown one, which is a finding elsewhere. */
export function eventType(fields: Fields): Type {
  return structOf({
    id: STRING,
    source: STRING,
    type: STRING,
    occurred_at: TIMESTAMP,
    received_at: TIMESTAMP,
    data: structOf(fieldTypes(fields)),
  });
}

/** `entry`: the triggering event or the parameters of a manual entry. */
export function entryType(trigger: CampaignDefinition['trigger'], types: Pick<DeclaredTypes, 'eventTypes'>): Type {
  const fields = trigger.kind === 'manual' ? trigger.fields : (types.eventTypes[trigger.event]?.fields ?? {});
  return structOf({ id: STRING, at: TIMESTAMP, data: structOf(fieldTypes(fields)) });
}

/** Names of a trigger's filter: the event alone, for it is matched before any user is known. */
export function triggerEnv(fields: Fields): TypeEnv {
  return { roots: { event: eventType(fields) } };
}

/** Names of a journey's expressions: branches, values, template inputs. */
export function journeyEnv(trigger: CampaignDefinition['trigger'], types: DeclaredTypes): TypeEnv {
  return { roots: { entry: entryType(trigger, types), user: userType(types), now: TIMESTAMP } };
}

/** Names of a filter on an awaited event: those of the journey and the event. */
export function awaitedEnv(event: string, trigger: CampaignDefinition['trigger'], types: DeclaredTypes): TypeEnv {
  const fields = types.eventTypes[event]?.fields ?? {};
  return { roots: { ...journeyEnv(trigger, types).roots, event: eventType(fields) } };
}

/** Names of the audience: the journey's, and the triggering event where there is one. */
export function audienceEnv(trigger: CampaignDefinition['trigger'], types: DeclaredTypes): TypeEnv {
  return trigger.kind === 'event' ? awaitedEnv(trigger.event, trigger, types) : journeyEnv(trigger, types);
}

/** Names of a channel's address and consent. */
export function channelEnv(types: DeclaredTypes): TypeEnv {
  return { roots: { user: userType(types), now: TIMESTAMP } };
}

function fieldTypes(fields: Fields): Record<string, Type> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldType(field)]));
}

function fieldType(field: Field): Type {
  switch (field.type) {
    case 'string':
      return STRING;
    case 'int':
      return INT;
    case 'double':
      return DOUBLE;
    case 'bool':
      return BOOL;
    case 'timestamp':
      return TIMESTAMP;
    case 'list<string>':
      return listOf(STRING);
    case 'list<int>':
      return listOf(INT);
    case 'json':
      return DYN;
  }
}
