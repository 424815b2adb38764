const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Milliseconds as users write a duration: `1d12h`. */
export function shownDuration(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  let rest = value;
  let text = '';
  for (const [unit, size] of UNITS) {
    if (rest >= size) text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text === '' ? '0s' : text;
}

/** Minutes after midnight as users write a time of day: `09:00`. */
export function shownClock(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  return [Math.floor(value / 60), value % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** How many keys or items, where the content itself is personal data or too long to read. */
export function shownCount(value: unknown): unknown {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : value;
}
