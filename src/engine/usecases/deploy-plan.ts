import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { Plan } from '../model/plan.ts';
import { planDigest } from '../plan/canonical.ts';

/** Format of plans that this version reads. */
const FORMAT = 1;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Reads a plan file. Throws MkaError `plan/unreadable` (64), `plan/newer` (64) for one by a newer version, and `plan/edited`
 * (77) for one whose content is not that of its digest.
 */
export function readPlanText(text: string): Plan {
  const value = parse(text);
  const { formatVersion } = value;
  if (typeof formatVersion === 'number' && formatVersion > FORMAT) {
    throw new MkaError('plan/newer', `the plan has format ${formatVersion}, this mka reads format ${FORMAT}`, {
      hint: 'deploy it with the version of mka that made it',
      exitCode: EXIT.usage,
    });
  }
  if (formatVersion !== FORMAT || !isShaped(value)) throw unreadable('it does not have the fields of a plan');
  if (planDigest(value) === value.digest) return value;
  throw new MkaError(
    'plan/edited',
    'the plan was changed after it had been made: its content is not that of its digest',
    {
      hint: 'make it again: mka plan --out',
      exitCode: EXIT.notApproved,
    },
  );
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    throw unreadable('it is no JSON');
  }
  throw unreadable('it is no JSON object');
}

/** The fields that a deployment goes by; the digest answers for the rest. */
function isShaped(value: Record<string, unknown>): value is Record<string, unknown> & Plan {
  const { digest, project, environment, changes, requires, base, target, policy, origin } = value as Partial<Plan>;
  return (
    [digest, project, environment].every((one) => typeof one === 'string') &&
    DIGEST.test(digest ?? '') &&
    [changes, requires, policy?.findings, origin?.authors].every((one) => Array.isArray(one)) &&
    typeof base?.generation === 'number' &&
    typeof target?.bundle === 'string' &&
    typeof policy?.digest === 'string'
  );
}

function unreadable(why: string): MkaError {
  return new MkaError('plan/unreadable', `the plan file cannot be read: ${why}`, {
    hint: 'mka plan --out plan.json writes one',
    exitCode: EXIT.usage,
  });
}
