/**
 * The front door: all of the engine that commands and users of the package import. What is not named here may change
 * without notice.
 */
export { type Diagnostic, hasErrors, type RelatedPlace, type Severity } from './kernel/diagnostic.ts';
export { EXIT, MkaError } from './kernel/mka-error.ts';
export type { SourceRange } from './kernel/position.ts';
