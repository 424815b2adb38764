/** Calls of a port and what travelled with them, by method. */
export interface Counts {
  readonly calls: Record<string, number>;
  readonly rows: Record<string, number>;
}

/** The same port, with its calls counted; `rowsOf` names what to count in a call's arguments or its answer. */
export function counted<Port extends object>(
  port: Port,
  rowsOf: Readonly<Record<string, (args: readonly never[], answer: never) => number>>,
): { readonly port: Port; readonly counts: Counts } {
  const counts: Counts = { calls: {}, rows: {} };
  const wrapped = new Proxy(port, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || typeof name !== 'string') return method;
      return async (...args: never[]) => {
        const answer = (await method.apply(target, args)) as never;
        counts.calls[name] = (counts.calls[name] ?? 0) + 1;
        const rows = rowsOf[name]?.(args, answer) ?? 0;
        if (rows > 0) counts.rows[name] = (counts.rows[name] ?? 0) + rows;
        return answer;
      };
    },
  });
  return { port: wrapped, counts };
}
