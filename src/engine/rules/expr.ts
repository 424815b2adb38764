/** Where a part of an expression stands: UTF-16 offsets `[start, end)` into its text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The macros over lists (and over the keys of a map). */
export type MacroName = 'all' | 'exists' | 'exists_one' | 'filter' | 'map';

/** The operators with two operands, apart from `&&` and `||`. */
export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%' | 'in';

/**
 * A parsed expression, deeply immutable. `a && b && c` is one node with three arguments, so that long chains stay flat.
 * `unsupported` marks what CEL has and mka leaves out; the checker reports it.
 */
export type Expr = Span &
  (
    | { readonly kind: 'literal'; readonly type: 'bool'; readonly value: boolean }
    | { readonly kind: 'literal'; readonly type: 'double'; readonly value: number }
    | { readonly kind: 'literal'; readonly type: 'int'; readonly value: number; readonly exact: boolean }
    | { readonly kind: 'literal'; readonly type: 'string'; readonly value: string }
    | { readonly kind: 'literal'; readonly type: 'null'; readonly value: null }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'select'; readonly base: Expr; readonly field: string; readonly fieldSpan: Span }
    | { readonly kind: 'index'; readonly base: Expr; readonly key: Expr }
    | { readonly kind: 'call'; readonly name: string; readonly target?: Expr; readonly args: readonly Expr[] }
    | { readonly kind: 'unary'; readonly op: '!' | '-'; readonly operand: Expr }
    | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly left: Expr; readonly right: Expr }
    | { readonly kind: 'logic'; readonly op: '&&' | '||'; readonly args: readonly Expr[] }
    | { readonly kind: 'conditional'; readonly test: Expr; readonly whenTrue: Expr; readonly whenFalse: Expr }
    | { readonly kind: 'list'; readonly items: readonly Expr[] }
    | { readonly kind: 'object'; readonly entries: readonly { readonly key: Expr; readonly value: Expr }[] }
    | { readonly kind: 'has'; readonly operand: Expr }
    | {
        readonly kind: 'macro';
        readonly name: MacroName;
        readonly list: Expr;
        readonly variable: string;
        readonly filter?: Expr;
        readonly body: Expr;
      }
    | { readonly kind: 'unsupported'; readonly feature: UnsupportedFeature }
  );

/** One kind of node, such as `ExprOf<'select'>`. */
export type ExprOf<Kind extends Expr['kind']> = Extract<Expr, { readonly kind: Kind }>;

/** The words for findings about an expression; each has a page in docs/errors. */
export type ExprFindingCode =
  | 'cel/syntax'
  | 'cel/too-complex'
  | 'cel/unknown-name'
  | 'cel/unknown-field'
  | 'cel/operand-type'
  | 'cel/unknown-function'
  | 'cel/arguments'
  | 'cel/result-type'
  | 'cel/unsupported'
  | 'cel/integer-too-large'
  | 'cel/invalid-literal'
  | 'cel/invalid-regex'
  | 'cel/unknown-segment'
  | 'cel/unknown-metric';

/** One finding about an expression; `start` and `end` are UTF-16 offsets inside its text. */
export interface ExprFinding extends Span {
  readonly code: ExprFindingCode;
  readonly message: string;
  readonly hint?: string;
}

/** What CEL has and mka leaves out → the reason, as the finding and docs/expressions.md give it. */
export const UNSUPPORTED = {
  uint: 'JSON has no unsigned numbers; write an int',
  bytes: 'events and profiles hold no bytes; write a string',
  'protobuf messages': 'there are no protobuf messages here; declared fields are read directly',
  'type()': 'types are checked before anything runs, so there is none to ask for at run time',
  'optional values': 'an absent field is null; test it with == null or has()',
  'quoted selectors': 'write ["name"] for a field whose name is not an identifier',
  'names from the root scope': 'there are no namespaces; leave the leading dot out',
  'map keys other than strings': 'keys of JSON objects are strings',
  'computed regular expressions': 'a pattern is checked and compiled before anything runs; write it as a literal',
  'arithmetic on values of unknown type': 'in JSON 1 and 1.0 are one value; wrap it in int() or double()',
  'cel.bind': 'a condition reads each field once anyway; repeat the expression',
} as const;

/** A key of UNSUPPORTED. */
export type UnsupportedFeature = keyof typeof UNSUPPORTED;
