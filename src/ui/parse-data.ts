import { EXIT, MkaError } from '../engine/index.ts';

/** The JSON object of a --data flag; throws MkaError `cli/data`. */
export function parseData(text: string): object {
  const value = parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new MkaError('cli/data', '--data is not a JSON object', {
    hint: `such as --data '{"order_id":"o1"}'`,
    exitCode: EXIT.usage,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
