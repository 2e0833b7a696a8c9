/** What Helm says after an install: commands that an operator copies into a shell, and what of the values has no effect. */
import { parse } from 'yaml'
import { describe, expect, test, vi } from 'vitest'
import { warningsOf } from '../../constructs/chart/warnings.ts'
import type { Json } from '../../constructs/expression/expression.ts'
import { chartFiles } from '../../constructs/helm/chart-files.ts'
import { overlaidValues } from '../../constructs/values/overlaid-values.ts'
import { scopeFor } from '../../constructs/yaml/release-scope.ts'
import { run } from '../cluster/shell.ts'
import { type HelmMajor, helmProgram } from './helm.ts'
import { CHART_FOLDER } from './release.ts'
import { withFiles } from './render.ts'

// Each starts a Helm, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const RELEASE = { name: 'collate-prod', namespace: 'collate', version: '1.2.3' }
const NEEDED: Json = {
  config: { serverHost: 'acme.getcollate.io', authTokenSecret: { name: 'collate-token', key: 'token' } },
  ecrRegistryHelper: { enabled: false },
}
const over = (values: object): Json => overlaidValues(NEEDED, values as Json)

const FILES = chartFiles(RELEASE.version)
/** Helm 3 shows notes only with a cluster. So the text of the notes is rendered as a value of an object. */
const AS_OBJECT = {
  ...FILES,
  'notes.txt': FILES['templates/NOTES.txt'] ?? '',
  'templates/notes.yaml': 'notes: {{ tpl ($.Files.Get "notes.txt") $ | toJson }}\n',
}

async function notesFor(major: HelmMajor, values: Json): Promise<string> {
  const options = ['--namespace', RELEASE.namespace, '--show-only', 'templates/notes.yaml', '--values', '-']
  const text = await withFiles(AS_OBJECT, async (folder) =>
    run(await helmProgram(major), ['template', RELEASE.name, folder, ...options], { input: JSON.stringify(values) }),
  )
  return (parse(text) as { readonly notes: string }).notes
}

/** The words that a shell makes of the command behind a program's name. */
async function shellWords(notes: string, program: string): Promise<string[]> {
  const command = notes.split('\n').find((line) => line.startsWith(`  ${program} `))
  const words = await run('sh', ['-euc', `set -- ${command?.trim().slice(program.length)}\nfor word in "$@"; do printf '%s\\n' "$word"; done`])
  return words.trimEnd().split('\n')
}

const ODD = [
  { name: 'with quotes of both kinds', agentId: `it's "prod"` },
  { name: 'with nothing but quotes', agentId: "''" },
  { name: 'that a shell would run', agentId: '$(echo run) `echo run` $HOME; echo run & # !' },
  { name: 'with what templates and printf read', agentId: '{{ .Values }} %s %d \\n \\' },
  { name: 'with stars and blanks', agentId: '*  ? [a] ~ ü' },
  { name: 'that begins like an option', agentId: '--namespace' },
  { name: 'that is a number', agentId: 42 },
]

describe.each([3, 4] as const)('the notes of Helm %i', (major) => {
  test.each(ODD)('name an agent id $name as one word', async ({ agentId }) => {
    const notes = await notesFor(major, over({ config: { agentId } }))
    expect(await shellWords(notes, 'npx hybrid-runner')).toEqual(['uninstall', '--namespace', 'collate', '--agent', String(agentId)])
  })

  test('tell every warning as it is, whatever the values hold, and none without one', async () => {
    const values = over({
      config: { agentId: "it's {{ .Values }} %s", useSecureProtocols: false, ingestionPods: { customerToleration: 'x' } },
      argoWorkflows: { 'o\'dd "key" {{ .x }} %d $(run)': 1 },
    })
    const told = warningsOf(scopeFor(values, RELEASE))
    expect(told.length).toBeGreaterThan(2)
    expect(told.join()).toContain('{{ .x }} %d $(run)')
    const notes = await notesFor(major, values)
    expect(notes.split('\n').flatMap((line) => (line.startsWith('  * ') ? [line.slice(4)] : []))).toEqual(told)
    expect(await notesFor(major, NEEDED)).not.toContain('WARNING')
  })

  test('read the log of the test where Helm can', async () => {
    expect(await shellWords(await notesFor(major, NEEDED), 'helm')).toEqual([
      'test',
      'collate-prod',
      '--namespace',
      'collate',
      ...(major === 4 ? ['--logs'] : []),
    ])
  })
})

test('are shown by an install', async () => {
  const options = ['--namespace', RELEASE.namespace, '--dry-run=client', '--values', '-']
  const text = await run(await helmProgram(4), ['install', RELEASE.name, CHART_FOLDER, ...options], { input: JSON.stringify(NEEDED) })
  expect(text.slice(text.indexOf('NOTES:'))).toContain((await notesFor(4, NEEDED)).trim())
})
