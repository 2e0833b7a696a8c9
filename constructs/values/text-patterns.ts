/** Parts of the patterns by which texts are judged, in the syntax that Go and JavaScript share. */
import { z } from 'zod'

/** Go's `\s` and JavaScript's are not the same. */
export const BLANK = '[ \\t\\r\\n]'
export const SOLID = '[^ \\t\\r\\n]'

export const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?'
export const NAME = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'
export const LABEL_VALUE = '[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?'
export const LABEL_ENTRY = `"(${NAME}/)?${LABEL_VALUE}":"(${LABEL_VALUE})?"`

const PATH_PART = '[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*'
export const REPOSITORY = `([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]+)?/)?${PATH_PART}(/${PATH_PART})*`

export const DIGEST = 'sha256:[0-9a-f]{64}'

export const CRON_FIELD = '[0-9A-Za-z*/,?-]+'
export const SIZE = '([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,2}|[numkMGTPE]|[KMGTPE]i)?'

const sourceOf = ({ source }: RegExp): string => `(${source.replace(/^\^|\$$/g, '')})`
const IPV4 = sourceOf(z.regexes.ipv4)
const IPV6 = sourceOf(z.regexes.ipv6)
export const IP = `${IPV4}|${IPV6}`
export const CIDR = `${IPV4}/(3[0-2]|[12]?[0-9])|[0-9a-fA-F]*:[0-9a-fA-F:.]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9])`

/** From 1 to 65535, without zeros in front: Helm would read an octal number. */
export const PORT = '([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])'
const HOST_LABEL = '[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
const LAST_HOST_LABEL = '[A-Za-z]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?'
/** With a port or without. A name whose last part is a number would be read as an address. */
export const HOST = `((${HOST_LABEL}\\.)*${LAST_HOST_LABEL}|${IPV4}|\\[${IPV6}\\])(:${PORT})?`
export const URL_PATH = '/[^ \\t\\r\\n?#]*'
/** User and password before a host. */
export const CREDENTIALS = '([^ \\t\\r\\n/@%?#\\\\]|%[0-9A-Fa-f]{2})*@'
