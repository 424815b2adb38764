import type { CampaignDefinition } from '../../model/release.ts';
import type { Context } from '../context.ts';
import type { Test } from '../generated/types.ts';
import type { RepositoryObject } from '../repository-object.ts';

export type CaseSpec = Test['spec']['cases'][number];

/** What the parts of one case share while it is compiled. */
export interface CaseScope {
  readonly context: Context;
  readonly object: RepositoryObject<'Test'>;
  readonly campaigns: Readonly<Record<string, CampaignDefinition>>;
  readonly spec: CaseSpec;
  readonly index: number;
  /** Users that the case knows: those with a profile and those of the timeline. */
  readonly users: Set<string>;
  /** Ids of the events so far. */
  readonly eventIds: Set<string>;
}
