import { parseQuantity } from '../../compiler/quantity.ts'

/** Quantities that both back ends hold exactly. Of others nothing is said here: the runner judges them. */
const COMPARABLE = '^([0-9]{1,15}\\.?|[0-9]{0,9}\\.[0-9]{1,6})([eE][+-]?[0-9]{1,2}|[numkMGTPE]|[KMGTP]i)?$'

/** Whether one quantity is more than another, whatever their units: `true` or empty. The same as the named template below. */
export function moreQuantity(one: string, other: string): 'true' | '' {
  const [first, second] = [nanosOf(one), nanosOf(other)]
  return first !== undefined && second !== undefined && first > second ? 'true' : ''
}

function nanosOf(text: string): number | undefined {
  const quantity = new RegExp(COMPARABLE, 'u').test(text) ? parseQuantity(text) : undefined
  return quantity?.ok === true ? Number(quantity.value) : undefined
}

/** In units of 10^-9, rounded up, and an amount of a binary suffix cut to 2^63-1, as Kubernetes has it. */
export const MORE_QUANTITY_TEXT = `
{{- $decimal := dict "n" 1.0 "u" 1e3 "m" 1e6 "k" 1e12 "M" 1e15 "G" 1e18 "T" 1e21 "P" 1e24 "E" 1e27 }}
{{- $binary := dict "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 }}
{{- $nanos := list }}
{{- range . }}
{{- if regexMatch ${JSON.stringify(COMPARABLE)} . }}
{{- $number := regexFind "^[0-9.]+" . }}{{ $unit := regexFind "[a-zA-Z]+$" . }}
{{- if hasKey $binary $unit }}{{ $nanos = append $nanos (minf (ceil (mulf (float64 $number) (get $binary $unit) 1e9)) 9.223372036854775807e27) }}
{{- else if hasKey $decimal $unit }}{{ $nanos = append $nanos (ceil (mulf (float64 $number) (get $decimal $unit))) }}
{{- else }}{{ $nanos = append $nanos (ceil (mulf (float64 .) 1e9)) }}
{{- end }}
{{- end }}
{{- end }}
{{- if eq (len $nanos) 2 }}{{ if gt (index $nanos 0) (index $nanos 1) }}true{{ end }}{{ end }}`
