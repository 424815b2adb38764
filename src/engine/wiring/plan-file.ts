import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { Approval, Plan } from '../model/plan.ts';
import { readPlan } from '../plan/read-plan.ts';
import { readApprovals } from '../release/approval-file.ts';

/** Reads a plan file. Throws MkaError `plan/not-found` and what readPlan throws. */
export function readPlanFile(path: string): Plan {
  return readPlan(textOf(path, 'plan/not-found'));
}

/** Where approvals of a plan stand unless another file is named: `plan.json` → `plan.approvals.json`. */
export function approvalFileOf(planPath: string): string {
  return `${planPath.replace(/\.json$/, '')}.approvals.json`;
}

/** The approvals of the named files; without any those that stand beside the plan, if they do. */
export function readApprovalFiles(planPath: string, named: readonly string[]): readonly Approval[] {
  const beside = approvalFileOf(planPath);
  const files = named.length > 0 ? named : existsSync(beside) ? [beside] : [];
  return files.flatMap((file) => readApprovals(textOf(file, 'approval/not-found')));
}

/** Writes a file whole or not at all, readable by all: it holds no secret. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MkaError('plan/unwritable', `${path} cannot be written: ${code}`, { cause });
  }
}

function textOf(path: string, missing: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MkaError(missing, `${path} cannot be read: ${code}`, { exitCode: EXIT.usage, cause });
  }
}
