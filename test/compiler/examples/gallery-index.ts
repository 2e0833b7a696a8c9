import { EXECUTORS } from '../../../compiler/policy/executor.ts'
import { KIND_CASES } from './gallery-kinds.ts'
import type { RunCase, ScheduleCase } from './gallery-case.ts'
import { PAYLOAD_CASES, RECORDS } from './gallery-payloads.ts'
import { POLICY_CASES } from './gallery-policies.ts'
import { SCHEDULE_CASES } from './gallery-schedules.ts'
import { SECRETS_CASES } from './gallery-secrets.ts'
import { goldenFile } from './gallery.ts'

const HEAD = `# What the compiler makes

One file for each thing a reviewer may want to see. A change of the compiler shows up here as a readable diff: keys stand in a fixed
order, and nothing changes by itself. The examples, and these sentences, are written down in \`test/compiler/examples/gallery-*.ts\`;
\`npm run update-snapshots\` writes the files anew, this one among them.
`

/** The README of the gallery: every file once, with what it shows. */
export function galleryIndex(): string {
  return [
    HEAD,
    '## Under different policies\n\nOne run of a metadata pipeline under the policy of the first row, with one thing changed.\n',
    caseTable(POLICY_CASES),
    '## Kinds of runs\n\nOther runs under the policy of the first row.\n',
    caseTable(KIND_CASES),
    '## Runs with secret references\n\nRuns whose request names secrets as `secret:<name>`, each with the init container `secrets`.\n',
    caseTable(SECRETS_CASES),
    "## Schedules\n\nCronJobs, and Argo's CronWorkflows, a day after their deploy unless the sentence says otherwise.\n",
    caseTable(SCHEDULE_CASES),
    '## Records\n\nWhat stands for a run or a schedule in the cluster; the content of the payload is masked.\n',
    fileTable(Object.values(RECORDS)),
    '## Payloads\n\nWhat the ingestion program is given, as YAML and with a dummy token. No Kubernetes objects.\n',
    fileTable(PAYLOAD_CASES),
  ].join('\n')
}

function caseTable(cases: Readonly<Record<string, RunCase | ScheduleCase>>): string {
  const rows = Object.entries(cases).map(([name, one]) => {
    const executors: readonly string[] = ('executors' in one ? one.executors : undefined) ?? EXECUTORS
    const [simple, argo] = EXECUTORS.map((executor) => (executors.includes(executor) ? linkTo(goldenFile(name, executor), name) : ''))
    return `| ${simple} | ${argo} | ${one.shows} |`
  })
  return ['| Simple Kubernetes | Argo | shows |', '|---|---|---|', ...rows, ''].join('\n')
}

function fileTable(files: readonly { readonly file: string; readonly shows: string }[]): string {
  return ['| file | shows |', '|---|---|', ...files.map(({ file, shows }) => `| ${linkTo(file, file)} | ${shows} |`), ''].join('\n')
}

function linkTo(file: string, text: string): string {
  return `[${text}](${file})`
}
