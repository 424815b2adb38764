import { reading, writing } from '../../sqlite-worker/procedure.ts';
import { commit } from './commit.ts';
import { addCounters } from './counters.ts';
import { occupancy } from './deployment-occupancy.ts';
import * as deployed from './deployments.ts';
import { acquireLeases, releaseLeases } from './leases.ts';
import { dueUsers, load, nextDueAt } from './load.ts';
import { appendMail, readMailbox } from './mailbox.ts';
import { claimedSends, claimSends, nextSendAt, orphanedSends, redispatch, returnSends, settle } from './outbox.ts';
import { pause, pauses, resume } from './pauses.ts';
import { activate, activeRelease, loadRelease, releaseOfCampaign, saveRelease } from './releases.ts';
import { ledger, records, status, userState } from './reports.ts';
import { migrate } from './schema.ts';
import { backlog } from './send-counts.ts';
import { sweep } from './sweep.ts';

/** All that the state store does in its database's thread. */
export const stateProcedures = {
  migrate: writing(migrate),
  acquireLeases: writing(acquireLeases),
  releaseLeases: writing(releaseLeases),
  load: reading(load),
  commit: writing(commit),
  dueUsers: reading(dueUsers),
  nextDueAt: reading(nextDueAt),
  mailbox: reading(readMailbox),
  post: writing(appendMail),
  claimSends: writing(claimSends),
  orphanedSends: reading(orphanedSends),
  claimedSends: reading(claimedSends),
  redispatch: writing(redispatch),
  settle: writing(settle),
  returnSends: writing(returnSends),
  nextSendAt: reading(nextSendAt),
  backlog: reading(backlog),
  saveRelease: writing(saveRelease),
  loadRelease: reading(loadRelease),
  activate: writing(activate),
  activeRelease: reading(activeRelease),
  releaseOfCampaign: reading(releaseOfCampaign),
  pause: writing(pause),
  resume: writing(resume),
  pauses: reading(pauses),
  records: reading(records),
  userState: reading(userState),
  ledger: reading(ledger),
  addCounters: writing(addCounters),
  sweep: writing(sweep),
  status: reading(status),
  deploy: writing(deployed.deploy),
  deployments: reading(deployed.deployments),
  review: writing(deployed.review),
  reviews: reading(deployed.reviews),
  acquireLock: writing(deployed.acquireLock),
  lock: reading(deployed.lock),
  releaseLock: writing(deployed.releaseLock),
  occupancy: reading(occupancy),
  saveConditions: writing(deployed.saveConditions),
  conditions: reading(deployed.conditions),
};

export type StateProcedures = typeof stateProcedures;
