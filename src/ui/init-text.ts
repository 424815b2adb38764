import type { Initialised } from '../engine/index.ts';

/** What a person does next in a repository that was just written. */
export function initText({ dir, project, written, kept }: Initialised): string {
  const files = written.length === 1 ? '1 file' : `${written.length} files`;
  const lines = [`${files} of the project \`${project}\` written`];
  if (kept.length > 0) lines.push(`left as they were: ${kept.join(', ')}`);
  const steps = [...(dir === '.' ? [] : [`cd ${dir}`]), 'mka validate', 'mka test', 'mka run'];
  lines.push(`next: ${steps.join(' && ')}`, 'in git: git config core.hooksPath .githooks');
  return lines.join('\n');
}
