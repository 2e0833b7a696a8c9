/** Simple multiples of a Kubernetes quantity, for examples in remedies. Digits and suffix stay readable: `4096Mi` doubled is `8192Mi`. */
export function doubled(quantity: string): string {
  return scaled(quantity, (amount) => amount * 2) ?? '<more>'
}

export function halved(quantity: string): string {
  return scaled(quantity, (amount) => (Number.isInteger(amount) && amount % 2 === 1 && amount > 1 ? (amount - 1) / 2 : amount / 2)) ?? '<less>'
}

function scaled(quantity: string, change: (amount: number) => number): string | undefined {
  const [, digits, suffix = ''] = /^(\d{1,12}(?:\.\d{1,3})?)([A-Za-z]{0,2})$/.exec(quantity) ?? []
  return digits === undefined ? undefined : `${change(Number(digits))}${suffix}`
}
