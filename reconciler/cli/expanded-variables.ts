/**
 * The variables of a container as its program sees them: the last of a name wins, and `$(NAME)` in a value becomes the value of a
 * variable that stands before. `$$` is a dollar, and a name that is not there stays as it is written.
 */
export function expandedVariables(list: readonly { readonly name: string; readonly value: string }[]): Record<string, string> {
  const expanded = new Map<string, string>()
  for (const { name, value } of list) {
    expanded.set(
      name,
      value.replaceAll(/\$(?:\$|\(([^()]*)\))/g, (whole, other: string | undefined) => (other === undefined ? '$' : (expanded.get(other) ?? whole))),
    )
  }
  return Object.fromEntries(expanded)
}
