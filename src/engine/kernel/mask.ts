/** Kind of personal data as declared on a field; `none` is shown as it is. */
export type MaskKind = 'name' | 'phone' | 'email' | 'address' | 'id' | 'other' | 'none';

const HIDDEN = '***';

/**
 * A value as outputs may show it: enough to recognize one's own data by, too little to learn another's. Whatever is not
 * text or a number is hidden whole.
 */
export function mask(value: unknown, kind: MaskKind): unknown {
  if (kind === 'none' || value === null || value === undefined) return value;
  if (typeof value !== 'string' && typeof value !== 'number') return HIDDEN;
  const text = String(value);
  switch (kind) {
    case 'phone':
      return text.length > 6 ? `${HIDDEN}${text.slice(-2)}` : HIDDEN;
    case 'email':
      return maskEmail(text);
    case 'id':
      return text.length > 4 ? `${text.slice(0, 1)}${HIDDEN}` : HIDDEN;
    case 'name':
    case 'address':
    case 'other':
      return HIDDEN;
  }
}

function maskEmail(text: string): string {
  const at = text.lastIndexOf('@');
  return at > 0 ? `${text.slice(0, 1)}${HIDDEN}${text.slice(at)}` : HIDDEN;
}
