/** What semantics.md names but this version does not build: refused by name, never half-done (docs/status.md). */
const KINDS = new Set(['Metric', 'Segment', 'LeadModel', 'Strategy', 'Benefit']);

/** Step kinds to come. */
const STEPS = new Set(['choose', 'split', 'grant', 'call']);

/** Keys to come, by the schema path they stand under. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'campaign.spec': ['caps', 'holdout', 'onChange', 'renamedFrom', 'conversionWindow', 'variables'],
  'campaign.spec.audience': ['segment', 'control', 'list'],
  'campaign.spec.trigger': ['segment', 'schedule', 'date', 'metric', 'item'],
  'campaign.spec.exit': ['segment'],
  'campaign.spec.steps.send': ['fallbackOn', 'defer', 'cap'],
  'project.spec': ['caps', 'holdout', 'variables'],
  'channel.spec': ['limits', 'breaker', 'price', 'legalHours', 'provider'],
};

/** True for a kind of object that a later version reads. */
export function isFutureKind(kind: string): boolean {
  return KINDS.has(kind);
}

/** True for a step that a later version takes. */
export function isFutureStep(key: string): boolean {
  return STEPS.has(key);
}

/** True for a key that a later version reads at this place (`campaign.spec.audience`). */
export function isFutureKey(place: string, key: string): boolean {
  return KEYS[place]?.includes(key) ?? false;
}
