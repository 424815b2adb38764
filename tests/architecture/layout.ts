/** One folder (or file) of src and what it is for. The list runs from the top to the bottom of the import order. */
export interface Layer {
  readonly path: string;
  readonly what: string;
}

/** A layer imports only from layers below it. The reasons stand in docs/architecture.md. */
export const LAYERS: readonly Layer[] = [
  { path: 'commands', what: 'one file a command: parse flags, call a use case, print' },
  { path: 'ui', what: 'base command, diagnostics, tables, progress' },
  { path: 'engine/index.ts', what: 'the front door: all that commands and npm users import' },
  { path: 'engine/wiring', what: 'composition root: configuration, adapters by name' },
  { path: 'engine/usecases', what: 'one function a command' },
  { path: 'engine/simulator', what: 'the real loops over simulated bus, store, channels and clock' },
  { path: 'engine/runtime', what: "the daemon's loops" },
  { path: 'engine/adapters', what: 'drivers behind the ports' },
  { path: 'engine/ports', what: 'interfaces with their promises; conformance/ runs the promises' },
  { path: 'engine/compile', what: 'YAML text to a release, findings collected' },
  { path: 'engine/plan', what: 'what a change would do' },
  { path: 'engine/measure', what: 'facts to figures' },
  { path: 'engine/release', what: 'digest, policy, approval, record' },
  { path: 'engine/segments', what: 'who belongs to an audience' },
  { path: 'engine/journeys', what: "the user machine's transitions" },
  { path: 'engine/policy', what: 'whether a message may go, in its order of checks' },
  { path: 'engine/messages', what: 'templates and rendered messages' },
  { path: 'engine/strategy', what: 'which of several plans' },
  { path: 'engine/identity', what: 'who a user is' },
  { path: 'engine/leads', what: 'scores and grades' },
  { path: 'engine/rules', what: 'CEL: parse, check, to JavaScript, trigger index' },
  { path: 'engine/sql', what: 'statements and dialects as data' },
  { path: 'engine/model', what: 'the nouns' },
  { path: 'engine/kernel', what: 'id, time, source positions, diagnostics, hash' },
];

const PORTS = rankOf('engine/ports');

/** The layer a file of src stands in, or undefined when the layout does not know its folder. */
export function layerOf(file: string): Layer | undefined {
  return LAYERS.find(({ path }) => file === path || file.startsWith(`${path}/`));
}

/** 0 is the top. */
export function rankOf(path: string): number {
  return LAYERS.findIndex((layer) => layer.path === path);
}

/** The pure core: below ports/ there is no clock, no chance and no I/O. */
export function isCore(layer: Layer): boolean {
  return rankOf(layer.path) > PORTS;
}

/** Why `from` may not import `to`, or undefined when it may. */
export function refusal(from: Layer, to: Layer): string | undefined {
  if (from === to) return undefined;
  if (rankOf(to.path) < rankOf(from.path)) return `${to.path} stands above ${from.path}`;
  if ((from.path === 'commands' || from.path === 'ui') && !['ui', 'engine/index.ts'].includes(to.path)) {
    return `${from.path} knows the engine by engine/index.ts only`;
  }
  if (to.path === 'engine/adapters' && !['engine/index.ts', 'engine/wiring'].includes(from.path)) {
    return 'only wiring chooses adapters; everything else speaks to ports';
  }
  return undefined;
}
