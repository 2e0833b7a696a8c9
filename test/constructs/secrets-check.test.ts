import { describe, expect, test } from 'vitest'
import type { Json } from '../../constructs/expression/expression.ts'
import { plainObjects } from '../../constructs/yaml/plain-objects.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import { must } from '../compiler/examples/must.ts'

interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: object
}

interface Rendered {
  readonly kind: string
  readonly spec?: { readonly template?: { readonly spec: { readonly containers: readonly [{ readonly env: readonly Variable[] }] } } }
  readonly stringData?: Readonly<Record<string, string>>
}

function objectsOf(values: Json): Rendered[] {
  return plainObjects(values, { name: 'runner', namespace: 'collate', version: '1.2.3' }) as unknown as Rendered[]
}

function variablesOf(values: Readonly<Record<string, Json>>): readonly Variable[] {
  const needed = { ecrRegistryHelper: { enabled: false }, ...values, config: { authToken: 'x', ...(values['config'] as object | undefined) } }
  return objectsOf(needed).find(({ kind }) => kind === 'Deployment')?.spec?.template?.spec.containers[0].env ?? []
}

function policyOf(values: Readonly<Record<string, Json>>) {
  const environment = Object.fromEntries(variablesOf(values).map(({ name, value }) => [name, value]))
  return must(parsePolicy(environment)).policy
}

describe('the chart tells the runner', () => {
  test('its own image, as its pod has it', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const image = { repository: 'registry.example.com/runner', digest, pullPolicy: 'Always' }
    const { runnerImage } = policyOf({ image, imagePullSecrets: [{ name: 'one' }, { name: 'two' }] })
    expect(runnerImage).toEqual({ name: `registry.example.com/runner@${digest}`, pullPolicy: 'Always', pullSecrets: ['one', 'two'] })
  })

  test('the pull secret that the ECR helper keeps, where no other is named', () => {
    expect(policyOf({ ecrRegistryHelper: { enabled: true } }).runnerImage?.pullSecrets).toEqual(['omd-registry-credentials'])
    expect(policyOf({}).runnerImage?.pullSecrets).toEqual([])
  })

  test.each(['report', 'enforce', 'resolve', 'off'])('to check secret references in the mode %s', (secretsCheck) => {
    expect(policyOf({ config: { secretsCheck } }).secretsCheck).toBe(secretsCheck)
  })

  test('to report on them, where the values say nothing', () => {
    expect(policyOf({}).secretsCheck).toBe('report')
  })

  test('its token by a Secret, also when that is a reference', () => {
    const values = { ecrRegistryHelper: { enabled: false }, config: { authToken: 'secret:/collate/token' } }
    expect(variablesOf(values).find(({ name }) => name === 'AUTH_TOKEN')).toMatchObject({ valueFrom: { secretKeyRef: { key: 'token' } } })
    expect(objectsOf(values).flatMap(({ stringData }) => Object.values(stringData ?? {}))).toEqual(['secret:/collate/token'])
  })
})
