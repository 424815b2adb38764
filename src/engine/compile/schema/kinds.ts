/** The kinds of object, as `kind` names them. */
export const KINDS = [
  'Project',
  'Source',
  'Campaign',
  'Channel',
  'Template',
  'List',
  'Environment',
  'Policy',
  'Test',
] as const;

export type Kind = (typeof KINDS)[number];
