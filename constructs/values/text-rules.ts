import { SECRETS_MANAGERS } from '../../compiler/secrets-manager.ts'
import {
  BLANK,
  CIDR,
  CREDENTIALS,
  CRON_FIELD,
  DIGEST,
  HOST,
  IP,
  LABEL,
  LABEL_ENTRY,
  LABEL_VALUE,
  NAME,
  PORT,
  REPOSITORY,
  SIZE,
  SOLID,
  URL_PATH,
} from './text-patterns.ts'

/**
 * What a text must look like. A schema could say it too, but Helm would then show its author a pattern; a rule becomes a check,
 * which says it in words. An empty text counts as absent.
 */
export interface TextRule {
  /** Of the whole text, in the syntax that Go and JavaScript share. */
  readonly pattern: string
  /** The rule and the mend. */
  readonly message: string
}

const LETTERS = 'letters, digits and "-", all lower case, and begin and end with a letter or digit'

export const TEXT_RULES = {
  agentId: { pattern: '[^\\x00-\\x1f\\x7f-\\x9f]{1,256}', message: 'must have at most 256 characters, and be one line' },
  token: { pattern: `${BLANK}*${SOLID}+${BLANK}*`, message: 'must be the token alone, one word without "Bearer"' },
  host: {
    pattern: `${HOST}(${URL_PATH})?`,
    message: 'must be a host such as acme.getcollate.io, without https:// before it; config.useSecureProtocols says which protocol',
  },
  linkAddress: { pattern: `wss?://${HOST}(${URL_PATH})?`, message: 'must be an address such as wss://acme.getcollate.io' },
  apiAddress: { pattern: `https?://${HOST}(${URL_PATH})?`, message: 'must be an address such as https://acme.getcollate.io/api' },
  secretsManager: { pattern: SECRETS_MANAGERS.join('|'), message: `must be one of ${SECRETS_MANAGERS.join(', ')}` },
  /** What is out of the runner's range counts as its end, and is told. */
  seconds: {
    pattern: '[0-9]{1,9}(\\.[0-9]{0,20})?|\\.[0-9]{1,20}',
    message: 'must be a number of seconds, such as 5, without a unit',
  },
  flag: { pattern: '[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]', message: 'must be true or false' },
  whole: { pattern: '[0-9]{1,9}', message: 'must be a whole number, of nine digits at most' },
  count: { pattern: '[1-9][0-9]{0,8}', message: 'must be a whole number, 1 or more' },
  /** Of what becomes a number: Helm would read an octal number behind a zero. */
  number: { pattern: '0|[1-9][0-9]{0,8}', message: 'must be a whole number, 0 or more, such as 2' },
  port: { pattern: PORT, message: 'must be a whole number from 1 to 65535' },
  ip: { pattern: IP, message: 'must be an IP address, such as 203.0.113.7' },
  proxy: {
    pattern: `https?://(${CREDENTIALS})?${HOST}/?`,
    message: 'must be an address such as http://proxy.corp:3128; in a user or password before it, what is special is percent-encoded',
  },
  label: { pattern: LABEL, message: `must be a name of at most 63 ${LETTERS}` },
  service: { pattern: '[a-z]([-a-z0-9]{0,61}[a-z0-9])?', message: `must begin with a letter and be a name of at most 63 ${LETTERS}` },
  /** Of a map, which is judged as its JSON. */
  labels: {
    pattern: `\\{(${LABEL_ENTRY}(,${LABEL_ENTRY})*)?\\}`,
    message:
      'must be labels: keys and values of at most 63 letters, digits, "-", "_" and ".", that begin and end with a letter or digit; before a key may stand a domain and "/"',
  },
  labelValue: {
    pattern: LABEL_VALUE,
    message: 'must be a text of at most 63 letters, digits, "-", "_" and ".", that begins and ends with a letter or digit',
  },
  name: { pattern: NAME, message: `must be the name of an object: ${LETTERS}; dots may part it` },
  names: {
    pattern: `[ \\t\\r\\n,]*${NAME}(${BLANK}*,[ \\t\\r\\n,]*${NAME})*[ \\t\\r\\n,]*`,
    message: 'must be names of Secrets, separated by commas',
  },
  repository: { pattern: REPOSITORY, message: 'must be the repository of an image in lower case, without a tag' },
  /** The chart writes it behind the repository: what may stand there is a tag, or a tag and a digest. */
  tag: {
    pattern: `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@${DIGEST})?`,
    message: 'must be the tag of an image, such as om-1.11.1-cl-1.11.1, behind which may stand @sha256: and 64 hexadecimal digits',
  },
  digest: { pattern: DIGEST, message: 'must be sha256: and 64 hexadecimal digits' },
  path: { pattern: '/[^\\n]*', message: 'must begin with /' },
  quantity: { pattern: SIZE, message: 'must be a quantity such as 500m, 2 or 4096Mi' },
  cron: {
    pattern: `@(hourly|daily|midnight|weekly|monthly|yearly|annually)|@every [0-9a-z]+|${CRON_FIELD}( +${CRON_FIELD}){4}`,
    message: 'must be a schedule of five fields, such as 0 0/6 * * *',
  },
  share: { pattern: '(0|[1-9][0-9]{0,8})|(100|[1-9]?[0-9])%', message: 'must be a number of pods, or a share of them such as 50%' },
  interval: { pattern: '([0-9]+(ms|s|m|h|d|w|y))+', message: 'must be a time such as 30s or 1m' },
  cidr: { pattern: CIDR, message: 'must be ranges of addresses such as 10.0.0.0/8' },
  variable: { pattern: `${BLANK}*[A-Za-z_][A-Za-z0-9_.-]*${BLANK}*:[^\\x00]*`, message: 'must be variables, each NAME:value in one text' },
} as const satisfies Readonly<Record<string, TextRule>>

export type TextRuleName = keyof typeof TEXT_RULES
