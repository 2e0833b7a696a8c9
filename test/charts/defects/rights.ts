/** Namespaces, rights and credentials. */
import { expect } from 'vitest'
import { render, type Rendering, type Rule, NAME } from './rendering.ts'
import type { Defect } from './defect.ts'

const ARGO = { installArgoWorkflows: true }
const APART = { config: { ingestionPods: { namespace: 'ingestion' } } }

/** Every account that a binding names is made by the chart, where the binding says. */
function expectSubjectsThere({ of }: Rendering): void {
  const there = of('ServiceAccount').map(({ metadata }) => `${metadata.namespace ?? 'argo-workflows'}/${metadata.name}`)
  for (const { metadata, subjects = [] } of of('RoleBinding')) {
    for (const subject of subjects) {
      expect(there, `${metadata.name} in ${metadata.namespace}`).toContain(`${subject.namespace ?? metadata.namespace ?? 'argo-workflows'}/${subject.name}`)
    }
  }
}

const rulesOf = ({ of }: Rendering): Rule[] => of('Role').flatMap(({ rules = [] }) => rules)
const verbsOn = (rules: readonly Rule[], resource: string): string[] =>
  rules.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs)
const rulesNamed = (rendering: Rendering, name: string): readonly Rule[] => rendering.one('Role', name).rules ?? []

export const OF_RIGHTS: readonly Defect[] = [
  {
    number: 20,
    here: 'accounts and rights are made where the pods are',
    values: APART,
    holds: (rendering) => {
      expect(rendering.one('ServiceAccount', 'ingestion').metadata.namespace).toBe('ingestion')
      expect(rendering.one('Role', NAME).metadata.namespace).toBe('ingestion')
      expectSubjectsThere(rendering)
    },
  },
  {
    number: 21,
    here: 'every binding names an account that is there',
    values: { namespaceOverride: 'elsewhere' },
    holds: (rendering) => {
      expect(rendering.environment.get('INGESTION_NAMESPACE')).toBe('elsewhere')
      expect(rendering.warnings).toContain('namespaceOverride:')
      expectSubjectsThere(rendering)
    },
  },
  {
    number: 22,
    here: "no server of Argo's is asked, whatever it is called",
    values: { ...ARGO, argoWorkflows: { fullnameOverride: 'other' } },
    holds: ({ environment, of }) => {
      expect(environment.has('PIPELINE_SERVICE_CLIENT_ENDPOINT')).toBe(false)
      expect(of('Deployment').map(({ metadata }) => metadata.name)).toContain('other-workflow-controller')
    },
  },
  {
    number: 23,
    here: 'no release makes a namespace, or takes one away',
    values: { ...ARGO, createArgoWorkflowsNamespace: true },
    holds: ({ of, warnings }) => {
      expect(of('Namespace')).toEqual([])
      expect(warnings).toContain('createArgoWorkflowsNamespace has no effect')
    },
  },
  {
    number: 24,
    here: "names are the release's own, but for accounts that the values name",
    values: {},
    holds: (first) => {
      const second = render(
        { config: { ingestionPods: { serviceAccount: { name: 'other' } } }, ecrRegistryHelper: { serviceAccount: { name: 'other-refresh' } } },
        'second',
      )
      const namesOf = ({ objects }: Rendering): string[] => objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      expect(namesOf(first).filter((name) => namesOf(second).includes(name))).toEqual([])
    },
  },
  {
    number: 25,
    here: 'ingestion pods may get Secrets, not list them, and only where Secrets are the store',
    values: { config: { secretsManager: 'managed-aws' } },
    holds: (rendering) => {
      expect(rendering.of('Role').filter(({ metadata }) => metadata.name === `${NAME}-ingestion`)).toEqual([])
      expect(verbsOn(rulesNamed(render({}), `${NAME}-ingestion`), 'secrets')).toEqual(['get'])
    },
  },
  {
    number: 26,
    here: 'the runner reads logs and events, under either executor, so the pods need not',
    values: ARGO,
    holds: (rendering) => {
      expect(rulesOf(rendering).flatMap(({ resources }) => resources)).not.toContain('pods/logs')
      for (const each of [rendering, render({})]) {
        const rules = rulesNamed(each, NAME)
        expect([verbsOn(rules, 'pods/log'), verbsOn(rules, 'events')]).toEqual([['get'], ['list', 'watch']])
      }
    },
  },
  {
    number: 27,
    here: 'an account that is brought along gets the same rights',
    values: { config: { ingestionPods: { serviceAccount: { create: false, name: 'brought' } } }, serviceAccount: { create: false, name: 'mine' } },
    holds: ({ of }) => {
      const bound = of('RoleBinding').flatMap(({ subjects = [] }) => subjects.map(({ name }) => name))
      expect(bound).toEqual(expect.arrayContaining(['brought', 'mine']))
    },
  },
  {
    number: 28,
    here: 'no token without an end is made',
    values: ARGO,
    holds: ({ of }) => expect(of('Secret').filter(({ type }) => type === 'kubernetes.io/service-account-token')).toEqual([]),
  },
  {
    number: 29,
    here: "the runner's rights are the verbs that it uses, and payloads are Secrets that it cannot read",
    values: {},
    holds: (rendering) => {
      const rules = rulesNamed(rendering, NAME)
      expect(verbsOn(rules, 'secrets')).toEqual(['create'])
      expect(verbsOn(rules, 'leases')).toContain('patch')
      expect(verbsOn(rules, 'pods/status')).toEqual([])
    },
  },
  {
    number: 30,
    here: "Workflows are made under the runner's own account",
    values: ARGO,
    holds: (rendering) => {
      expect(verbsOn(rulesNamed(rendering, NAME), 'workflows')).toContain('create')
      expect(verbsOn(rulesNamed(rendering, NAME), 'workflowtaskresults')).toEqual([])
      expect(rendering.of('ServiceAccount').map(({ metadata }) => metadata.name)).not.toContain('argowf-client')
    },
  },
  {
    number: 31,
    here: 'no account may delete Secrets at will',
    values: {},
    holds: ({ of }) => {
      const broad = of('Role').flatMap(({ rules = [] }) => rules.filter((rule) => rule.resources.includes('secrets') && !('resourceNames' in rule)))
      expect(broad.flatMap(({ verbs }) => verbs).filter((verb) => verb !== 'create' && verb !== 'get')).toEqual([])
    },
  },
  {
    number: 32,
    here: 'the token is named, not shown',
    values: {},
    holds: ({ container, objects }) => {
      const token = container.env.find(({ name }) => name === 'AUTH_TOKEN')
      expect(token).toEqual({ name: 'AUTH_TOKEN', valueFrom: { secretKeyRef: { name: `${NAME}-auth-token`, key: 'token' } } })
      expect(JSON.stringify(objects.filter(({ kind }) => kind !== 'Secret'))).not.toContain('a-token')
    },
  },
  {
    number: 33,
    here: 'Argo has rights in one namespace',
    values: ARGO,
    holds: ({ objects }) => {
      expect(objects.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([])
      expect(objects.filter(({ metadata }) => metadata.namespace === 'default')).toEqual([])
    },
  },
  {
    number: 34,
    here: "there is no server of Argo's, so no token goes to it",
    values: ARGO,
    holds: ({ environment, objects }) => {
      expect(environment.has('ARGO_TOKEN')).toBe(false)
      expect(objects.filter(({ metadata }) => metadata.name.endsWith('-server'))).toEqual([])
    },
  },
  { number: 35, here: 'the docs ask of each store to read, and no more', seenIn: 'docs/migrating.md', title: 'Key Vault Secrets User' },
]
