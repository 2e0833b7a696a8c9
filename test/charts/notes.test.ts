/** What Helm says after an install: commands that an operator copies into a shell. */
import { expect, test, vi } from 'vitest'
import { run } from '../cluster/shell.ts'
import { helmProgram } from './helm.ts'
import { CHART_FOLDER } from './release.ts'

// Each starts a Helm, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

/** By Helm 4: Helm 3 shows notes only with a cluster. */
async function notesFor(agentId: unknown): Promise<string> {
  const values = { config: { agentId, authTokenSecret: { name: 'collate-token', key: 'token' } }, ecrRegistryHelper: { enabled: false } }
  const options = ['--namespace', 'collate', '--dry-run=client', '--values', '-']
  const text = await run(await helmProgram(4), ['install', 'collate-prod', CHART_FOLDER, ...options], { input: JSON.stringify(values) })
  return text.slice(text.indexOf('NOTES:'))
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

test.each(ODD)('names an agent id $name as one word', async ({ agentId }) => {
  expect(await shellWords(await notesFor(agentId), 'hybrid-runner')).toEqual(['uninstall', '--namespace', 'collate', '--agent', String(agentId)])
})
