import { MkaError } from '../kernel/mka-error.ts';
import type { Approval } from '../model/plan.ts';

interface ApprovalFile {
  readonly formatVersion: 1;
  readonly approvals: readonly Approval[];
}

/** Reads the text of an approval file. Throws MkaError `approval/unreadable`. Says nothing of the proofs. */
export function readApprovals(text: string): readonly Approval[] {
  const file = parse(text);
  const isRead =
    typeof file === 'object' &&
    file !== null &&
    (file as ApprovalFile).formatVersion === 1 &&
    Array.isArray((file as ApprovalFile).approvals) &&
    (file as ApprovalFile).approvals.every(isApproval);
  if (!isRead) throw unreadable();
  return (file as ApprovalFile).approvals;
}

/** The text of a file with one approval more; an earlier one of the same person for the same plan gives way. */
export function withApproval(approvals: readonly Approval[], approval: Approval): string {
  const others = approvals.filter(
    ({ plan, by, via }) => plan !== approval.plan || by !== approval.by || via !== approval.via,
  );
  const file: ApprovalFile = { formatVersion: 1, approvals: [...others, approval] };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function isApproval(value: unknown): value is Approval {
  if (typeof value !== 'object' || value === null) return false;
  const { plan, by, via, proof, atMs } = value as Readonly<Record<string, unknown>>;
  const isText = [plan, by, proof].every((one) => typeof one === 'string');
  return isText && (via === 'ssh' || via === 'forge') && typeof atMs === 'number';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable();
  }
}

function unreadable(): MkaError {
  return new MkaError('approval/unreadable', 'this is no file of approvals', {
    hint: 'mka approve plan.json writes one',
  });
}
