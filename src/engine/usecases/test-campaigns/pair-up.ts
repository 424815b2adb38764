/**
 * Pairs as many of the left with one of the right each as fit (augmenting paths), so that a line without an instant
 * does not take what only another line fits. Earlier ones of the left choose first among equals.
 */
export function pairUp<L, R>(
  left: readonly L[],
  right: readonly R[],
  fits: (one: L, other: R) => boolean,
): ReadonlyMap<L, R> {
  const takenBy = new Map<R, L>();
  const place = (one: L, tried: Set<R>): boolean =>
    right.some((other) => {
      if (tried.has(other) || !fits(one, other)) return false;
      tried.add(other);
      const holder = takenBy.get(other);
      if (holder !== undefined && !place(holder, tried)) return false;
      takenBy.set(other, one);
      return true;
    });
  for (const one of left) place(one, new Set());
  return new Map([...takenBy].map(([other, one]) => [one, other]));
}
