/** Values that are refused, each with the lines that say so. */
export interface RefusedValues {
  readonly name: string
  /** Laid over values that are right. */
  readonly values: object
  readonly lines: readonly string[]
}

export const pods = (values: object): object => ({ config: { ingestionPods: values } })
export const table = (content: object | string): object => pods({ additionalPipelineConfigs: typeof content === 'string' ? content : JSON.stringify(content) })

export const LABEL = 'must be a name of at most 63 letters, digits and "-", all lower case, and begin and end with a letter or digit.'
export const NAME = 'must be the name of an object: letters, digits and "-", all lower case, and begin and end with a letter or digit; dots may part it.'
export const TAG = 'must be the tag of an image, such as om-1.11.1-cl-1.11.1, behind which may stand @sha256: and 64 hexadecimal digits.'
export const LABELS =
  'must be labels: keys and values of at most 63 letters, digits, "-", "_" and ".", that begin and end with a letter or digit; before a key may stand a domain and "/".'
export const CUSTOM = 'config.ingestionPods.customConfig'
export const TABLE = 'config.ingestionPods.additionalPipelineConfigs'
export const NO_JSON = `${TABLE}: must be JSON, a map with an entry for each pipeline type. Check its quotes, commas and brackets.`
export const AWAY = "is null, which takes the chart's own away. Leave the line out to have that, or give a value."
