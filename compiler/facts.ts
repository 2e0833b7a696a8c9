/** What the compiler is told of the world. It asks nobody: an absent fact is unknown, and what needs it is not compiled. */
export interface Facts {
  /** Version of the Collate server, `x.y.z`. Decides the ingestion image's tag when dynamic versions are on. */
  readonly serverVersion?: string
}
