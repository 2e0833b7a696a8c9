import type { IntOrString, Quantity } from 'cdk8s-plus-28/lib/imports/k8s.js'

/**
 * A Kubernetes object as cdk8s declares it, where a mark may stand for any part. A field that there is not, or one in the wrong place,
 * is an error of types.
 *
 * Its own classes for such objects are not used: they map over lists, and a mark is none.
 */
export type Marked<T> =
  | string
  | (T extends IntOrString | Quantity
      ? number
      : T extends readonly (infer Item)[]
        ? readonly Marked<Item>[]
        : T extends object
          ? { readonly [K in keyof T]: Marked<T[K]> }
          : T)
