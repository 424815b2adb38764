import type { Expr, ExprFindingCode, Span, UnsupportedFeature } from './expr.ts';
import type { Type, TypeEnv } from './types.ts';

/** What the parts of the checker share: names in reach, the findings so far, the type of each node. */
export interface Checking {
  readonly env: TypeEnv;
  /** The type of each node visited. */
  readonly types: Map<Expr, Type>;
  /** Names given to `segment()` and `metric()`. */
  readonly segments: Set<string>;
  readonly metrics: Set<string>;
  /** The type of a node inside, after its findings. */
  check(expr: Expr): Type;
  /** Adds a finding and answers ANY, so that one mistake stays one finding. */
  report(code: ExprFindingCode, message: string, at: Span, hint?: string): Type;
  /** Adds `cel/unsupported` with the reason of the feature, and answers ANY. */
  reportUnsupported(feature: UnsupportedFeature, at: Span): Type;
  /** True for the variable of a macro around the node. */
  isLocal(name: string): boolean;
}
