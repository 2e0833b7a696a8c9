/** Of an object that Helm makes for a moment: before what, in which order (lower goes first), and gone when the moment is over. */
export function hookAnnotations(hook: string, weight?: number): Record<string, string> {
  return {
    'helm.sh/hook': hook,
    ...(weight === undefined ? {} : { 'helm.sh/hook-weight': String(weight) }),
    'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
  }
}
