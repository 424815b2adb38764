import { openChannel } from '../adapters/channels/open.ts';
import type { Tenant } from '../model/slot.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { TableSourcePort } from '../ports/table-source.ts';
import type { EngineParts } from '../runtime/session.ts';
import type { Installation } from './installation.ts';
import { processIdentity } from './process-identity.ts';

/** While one worker's batch commits, the others decide; the store's thread is then seldom idle. */
const WORKERS = 4;
const BATCH_SIZE = 1_000;

/** The adapters of an installation behind the ports that the loops run over. */
export function enginePartsOf(
  { store, bus, environment, secrets }: Installation,
  { tenant, tables, log, clock }: { tenant: Tenant; tables: TableSourcePort; log: Log; clock: Clock },
): EngineParts {
  return {
    ...{ tenant, store, bus, tables, clock, log },
    openChannel: (definition) => openChannel(definition, { dataDir: environment.dataDir, clock, secrets }),
    holder: processIdentity(),
    workers: WORKERS,
    batchSize: BATCH_SIZE,
  };
}
