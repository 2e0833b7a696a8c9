/** Anything that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** What Helm tells a template beside the values. */
export const BUILTINS = ['Release.Name', 'Release.Namespace', 'Release.Service', 'Chart.Name', 'Chart.Version', 'Chart.AppVersion'] as const
export type Builtin = (typeof BUILTINS)[number]

/**
 * What a leaf of the chart's objects is computed from. Plain data: one back end prints it as a Go template, the other evaluates it.
 *
 * A value that is not there is null, as in a template.
 */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Json }
  /** A path in the chart's values. */
  | { readonly kind: 'value'; readonly path: readonly string[] }
  | { readonly kind: 'builtin'; readonly name: Builtin }
  /** The item of an `each`, by its variable, and a path in it. */
  | { readonly kind: 'item'; readonly variable: string; readonly path: readonly string[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  /** A text that is used in many places, under a name of its own: a named template there, its expression here. */
  | { readonly kind: 'named'; readonly name: string; readonly expression: Expression }

/** What the expressions of one rendering are computed with. */
export interface Scope {
  /** The chart's defaults with the user's values over them. */
  readonly values: Json
  readonly builtins: Readonly<Record<Builtin, string>>
  readonly items: Readonly<Record<string, Json>>
}
