import { isCore, type Layer } from './layout.ts';

type Where = (layer: Layer) => boolean;

const only =
  (...paths: readonly string[]): Where =>
  ({ path }) =>
    paths.includes(path);
const engine: Where = ({ path }) => path.startsWith('engine/');
const edge: Where = (layer) => engine(layer) && !isCore(layer) && layer.path !== 'engine/ports';

/**
 * Which layers may import which package; a package that is not listed is refused everywhere, so that a new one is a
 * decision. Drivers live in adapters/, the terminal in commands/ and ui/, YAML and JSON Schema in compile/.
 */
const PACKAGES: readonly (readonly [name: string, where: Where])[] = [
  ['@oclif/core', only('commands', 'ui')],
  ['chalk', only('commands', 'ui')],
  ['yaml', only('engine/compile')],
  // Precompiled validators call ajv's small run-time functions; they don't carry the compiler with them.
  ['ajv/dist/runtime', only('engine/compile', 'engine/model')],
  ['ajv', only('engine/compile')],
  ['ajv-formats', only('engine/compile', 'engine/model')],
  ['@marcbachmann/cel-js', only('engine/rules')],
  ['re2js', only('engine/rules')],
  ['liquidjs', only('engine/messages', 'engine/compile')],
  ['temporal-polyfill', (layer) => engine(layer)],
  ['canonicalize', only('engine/kernel')],
  ['fastest-levenshtein', (layer) => layer.path === 'ui' || engine(layer)],
  ['nodemailer', only('engine/adapters')],
  ['execa', only('engine/adapters')],
  ['fastify', only('engine/adapters', 'engine/runtime')],
  ['pino', edge],
  ['prom-client', edge],
  ['node:sqlite', only('engine/adapters')],
  ['node:net', only('engine/adapters')],
  ['node:tls', only('engine/adapters')],
  ['node:http', only('engine/adapters', 'engine/runtime')],
  ['node:https', only('engine/adapters')],
  ['node:child_process', only('engine/adapters')],
  ['node:', (layer) => layer.path === 'ui' || edge(layer)],
];

/** What the core may take from node:crypto: hashing. Random bytes and keys would be chance and secrets. */
const HASHING = new Set([
  'hash',
  'createHash',
  'createHmac',
  'timingSafeEqual',
  'Hash',
  'Hmac',
  'BinaryToTextEncoding',
]);

/** Why a layer may not import a package (or these names of it), or undefined when it may. */
export function packageRefusal(layer: Layer, specifier: string, names: readonly string[]): string | undefined {
  if (specifier === 'node:crypto' && engine(layer)) {
    const other = names.filter((name) => !HASHING.has(name));
    if (!isCore(layer) || (names.length > 0 && other.length === 0)) return undefined;
    return `the core takes only hashing from node:crypto, not ${other.join(', ') || 'all of it'}`;
  }
  const entry = PACKAGES.find(
    ([name]) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`),
  );
  if (entry === undefined) return `${specifier} is not in tests/architecture/packages.ts`;
  return entry[1](layer) ? undefined : `${specifier} may not be imported from ${layer.path}`;
}
