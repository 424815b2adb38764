/** Whole suites about what mka leaves out → the reason. */
export const SUITES_OUTSIDE: Readonly<Record<string, string>> = {
  bindings_ext: 'extension libraries',
  block_ext: 'extension libraries',
  dynamic: 'protobuf messages',
  encoders_ext: 'extension libraries',
  enums: 'protobuf messages',
  macros2: 'extension libraries',
  math_ext: 'extension libraries',
  optionals: 'optional values',
  proto2: 'protobuf messages',
  proto2_ext: 'extension libraries',
  proto3: 'protobuf messages',
  string_ext: 'extension libraries',
  wrappers: 'protobuf messages',
};

/** Single vectors → the reason that no finding names. */
export const OMITTED_VECTORS: Readonly<Record<string, string>> = {
  'comparisons/eq_literal/not_eq_dyn_duration_null': 'instants and spans as values of unknown type',
  'comparisons/eq_literal/not_eq_dyn_timestamp_null': 'instants and spans as values of unknown type',
  'comparisons/gt_literal/not_gt_double': 'numbers that start with a point',
  'parse/comments/new_line_terminated': 'names from the root scope',
  'parse/whitespace/new_pages': 'form feed as white space',
  'timestamps/timestamp_arithmetic/add_time_to_duration_nanos_negative': 'instants finer than a millisecond',
  'timestamps/timestamp_arithmetic/add_time_to_duration_nanos_positive': 'instants finer than a millisecond',
  'timestamps/timestamp_conversions/toString_timestamp_nanos': 'instants finer than a millisecond',
};

/** The deviations of R0 that a vector can see → what mka gives. CEL has an error for the key that is not there. */
export const DEVIATIONS: Readonly<Record<string, unknown>> = {
  'fields/map_fields/map_field_select_no_such_key': null,
};

/** Every reason for which a vector is not executed. docs/expressions.md explains each. */
export const OMISSIONS: readonly string[] = [
  'a deduced type alone, nothing to run',
  'arithmetic on values of unknown type',
  'bytes',
  'expressions that CEL too refuses once types are checked',
  'extension libraries',
  'form feed as white space',
  'functions declared by the vector',
  'instants and spans as values of unknown type',
  'instants finer than a millisecond',
  'integers beyond 2^53',
  'map keys other than strings',
  'names from the root scope',
  'null and absent fields (the two deviations)',
  'numbers that start with a point',
  'optional values',
  'protobuf messages',
  'quoted selectors',
  'type()',
  'uint',
];
