/** Kubernetes' own rules for names and labels. Each gives the rule that was broken, or undefined when all is well. */
export type Rule = (text: string) => string | undefined

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const NAME_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/

/** DNS-1123 label: the name of a namespace. */
export const dnsLabelRule: Rule = (text) =>
  text.length <= 63 && DNS_LABEL.test(text)
    ? undefined
    : 'must be lower-case letters, digits and "-", begin and end with a letter or digit, and have at most 63 characters (DNS-1123 label)'

/** DNS-1123 subdomain: the name of most objects. */
export const dnsSubdomainRule: Rule = (text) =>
  text.length <= 253 && DNS_SUBDOMAIN.test(text)
    ? undefined
    : 'must be lower-case letters, digits, "-" and ".", begin and end with a letter or digit, and have at most 253 characters (DNS-1123 subdomain)'

/** The key of a label, a taint or a node selector: an optional DNS prefix with "/", and a name. */
export const qualifiedNameRule: Rule = (text) => {
  const [name = '', prefix, ...rest] = text.split('/').toReversed()
  const isNameGood = name.length <= 63 && NAME_PART.test(name)
  const isPrefixGood = prefix === undefined || dnsSubdomainRule(prefix) === undefined
  if (isNameGood && isPrefixGood && rest.length === 0) return undefined
  return 'must be a label key: an optional DNS prefix with "/", then at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit'
}

/** The value of a label; may be empty. */
export const labelValueRule: Rule = (text) =>
  text === '' || (text.length <= 63 && NAME_PART.test(text))
    ? undefined
    : 'must be a label value: empty, or at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit'
