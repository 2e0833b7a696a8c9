import { describe, expect, test } from 'vitest'
import { chartTemplates } from '../../constructs/chart-templates.ts'
import { CHECKS } from '../../constructs/chart/checks.ts'
import { chartFiles } from '../../constructs/helm/chart-files.ts'
import { searchable } from '../../constructs/helm/searchable.ts'
import { chartValues } from '../../constructs/values/chart-values.ts'
import { type Described, describe as described } from '../../constructs/values/described.ts'

const TEMPLATES = Object.entries(chartFiles('1.2.3')).filter(([path]) => path.startsWith('templates/') && path !== 'templates/NOTES.txt')

/** As `grep -w` finds a text. */
const isFound = (path: string, text: string): boolean => new RegExp(`(?<!\\w)${path.replaceAll('.', '\\.')}(?!\\w)`).test(text)

const leavesOf = (parts: readonly Described[]): string[] =>
  parts.flatMap(({ path, parts: inner }) => (inner === undefined ? [path.join('.')] : leavesOf(inner)))

/** Every value that a part of the chart reads, with the template in which that stands: texts and lists of a name of their own have others. */
function readsIn(part: unknown, file: string): { readonly path: string; readonly file: string }[] {
  if (typeof part !== 'object' || part === null) return []
  if ('path' in part && 'kind' in part && part.kind === 'value' && Array.isArray(part.path)) return [{ path: part.path.join('.'), file }]
  const inner = fileOf(part) ?? file
  return Object.values(part).flatMap((one) => readsIn(one, inner))
}

function fileOf(part: object): string | undefined {
  if (!('kind' in part) || !('name' in part)) return undefined
  if (part.kind === 'shared') return `_${String(part.name)}.tpl`
  return part.kind === 'named' ? '_names.tpl' : undefined
}

describe('a search of the templates', () => {
  test('finds every value by the path that values.yaml gives it', () => {
    const lost = leavesOf(described(chartValues)).filter((path) => !TEMPLATES.some(([, text]) => isFound(path, text)))
    expect(lost, 'no template reads what charts share').toEqual(['global'])
  })

  test('finds it in every template that reads it', () => {
    const texts = new Map(TEMPLATES)
    const reads = [...chartTemplates().flatMap(({ id, tree, when }) => readsIn([tree, when], `${id}.yaml`)), ...readsIn(CHECKS, 'checks/values.yaml')]
    expect(new Set(reads.map(({ file }) => file))).toContain('_runner-environment.tpl')
    expect(reads.filter(({ path, file }) => !isFound(path, texts.get(`templates/${file}`) ?? ''))).toEqual([])
  })
})

describe('the comments of a template', () => {
  const lines = (...all: string[]): string => all.join('\n')

  test('tell the path of a value that is reached by hops, once for each block', () => {
    expect(
      searchable(
        lines(
          'metadata:',
          '  {{- if (($.Values.config).proxy).noProxy }}',
          '  name: {{ toJson (($.Values.config).proxy).noProxy }}',
          '  {{- range $port := ($.Values.networkPolicy).ports }}',
          '  - {{ toJson $port }}',
          '  {{- end }}',
          '  {{- end }}',
          'spec: {{ toJson (or (($.Values.config).proxy).noProxy ($.Values.image).tag) }}',
        ),
      ),
    ).toBe(
      lines(
        'metadata:',
        '  {{- /* config.proxy.noProxy */}}',
        '  {{- if (($.Values.config).proxy).noProxy }}',
        '  name: {{ toJson (($.Values.config).proxy).noProxy }}',
        '  {{- /* networkPolicy.ports */}}',
        '  {{- range $port := ($.Values.networkPolicy).ports }}',
        '  - {{ toJson $port }}',
        '  {{- end }}',
        '  {{- end }}',
        '{{- /* config.proxy.noProxy, image.tag */}}',
        'spec: {{ toJson (or (($.Values.config).proxy).noProxy ($.Values.image).tag) }}',
      ),
    )
  })

  test('leave out what the text of the block holds, and a value that is reached by none', () => {
    const template = lines(
      '{{- if ($.Values.config).authToken }}',
      '{{- append $problems "config.authToken: is missing." }}',
      '{{- end }}',
      '{{ $.Values.affinity }}',
    )
    expect(searchable(template)).toBe(template)
    const other = lines('{{- if ($.Values.config).authToken }}', '{{- append $problems "config.authTokenSecret.name: is missing." }}', '{{- end }}')
    expect(searchable(other)).toBe(lines('{{- /* config.authToken */}}', other))
  })

  test('add nothing to a text that has a name', () => {
    const template = lines('{{- define "image" -}}', '{{ ($.Values.image).tag }}', '{{- end -}}')
    expect(searchable(template)).toBe(lines('{{- define "image" -}}', '{{- /* image.tag */ -}}', '{{ ($.Values.image).tag }}', '{{- end -}}'))
  })

  test('are not made of a block that nothing ends', () => {
    expect(() => searchable('{{- if ($.Values.image).tag }}')).toThrow('a block without an end: {{- if ($.Values.image).tag }}')
  })
})
