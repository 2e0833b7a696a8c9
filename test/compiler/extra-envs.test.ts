import { describe, expect, test } from 'vitest'
import { formatIssues } from '../../compiler/issue.ts'
import { parsePolicy } from '../../compiler/policy.ts'
import { must } from './examples/must.ts'

function told(environment: Readonly<Record<string, string>>): string[] {
  const result = parsePolicy(environment)
  return (result.ok ? result.value.warnings : result.error).map(({ code, path }) => `${code} ${path}`)
}

describe('extra variables', () => {
  const extra = (text: string) => must(parsePolicy({ INGESTION_EXTRA_ENVS: text })).policy.extraEnvs.map(({ name, value }) => `${name}=${value}`)

  test.each([
    { name: 'nothing between the brackets', text: '[]', variables: [] },
    { name: 'two', text: '[A:1,B:2]', variables: ['A=1', 'B=2'] },
    { name: 'without brackets', text: 'A:1', variables: ['A=1'] },
    { name: 'blanks after commas', text: '[ A:1, B:2 ]', variables: ['A=1', 'B=2'] },
    { name: 'colons in a value', text: '[URL:http://a:80/b]', variables: ['URL=http://a:80/b'] },
    { name: 'commas in a value', text: '[NO_PROXY:a,b,.c,D:e]', variables: ['NO_PROXY=a,b,.c', 'D=e'] },
    { name: 'quotes and blanks in a value', text: `[A:it's "b" c]`, variables: [`A=it's "b" c`] },
    { name: 'an empty value', text: '[A:]', variables: ['A='] },
    { name: 'a JSON object, for any value', text: '{"A": "b,C:d", "E": " [\\"f\\"] "}', variables: ['A=b,C:d', 'E= ["f"] '] },
    { name: 'a JSON list, for any value', text: '["A:b,C:d", "E: f"]', variables: ['A=b,C:d', 'E= f'] },
  ])('$name', ({ text, variables }) => {
    expect(extra(text)).toEqual(variables)
  })

  test.each([
    { name: 'hosts with ports', text: '[KAFKA:broker1:9092,broker2:9092,NEXT:x]', variables: ['KAFKA=broker1:9092,broker2:9092', 'NEXT=x'], doubts: 1 },
    { name: 'hosts with dots and ports', text: '[HOSTS:a.example.com:1,b-c.example.com:2]', variables: ['HOSTS=a.example.com:1,b-c.example.com:2'], doubts: 1 },
    { name: 'URLs', text: '[URLS:http://a,http://b,s3://c]', variables: ['URLS=http://a,http://b,s3://c'], doubts: 0 },
    { name: 'what might be a URL or a name', text: '[A:1,HTTP://b]', variables: ['A=1,HTTP://b'], doubts: 1 },
    { name: 'pairs in a value', text: '[LABELS:team:data,owner:me]', variables: ['LABELS=team:data,owner:me'], doubts: 1 },
    { name: 'two names not in capitals', text: '[A:1,lower:x,a.b:y]', variables: ['A=1,lower:x,a.b:y'], doubts: 2 },
    { name: 'names with dots and dashes where the first is one', text: '[a.b:x,c-d:y,E:z]', variables: ['a.b=x', 'c-d=y', 'E=z'], doubts: 1 },
    { name: 'one name with dots and dashes', text: '[a.b-c:x]', variables: ['a.b-c=x'], doubts: 0 },
    { name: 'a port after a port', text: '[ONE:a:1,TWO:2]', variables: ['ONE=a:1', 'TWO=2'], doubts: 1 },
    { name: 'numbers', text: '[ONE:1,TWO:2]', variables: ['ONE=1', 'TWO=2'], doubts: 0 },
    {
      name: 'the same in JSON',
      text: '{"KAFKA": "broker1:9092,broker2:9092", "lower": "x"}',
      variables: ['KAFKA=broker1:9092,broker2:9092', 'lower=x'],
      doubts: 0,
    },
  ])('reads $name, and warns of each comma that could be meant otherwise', ({ text, variables, doubts }) => {
    expect(extra(text)).toEqual(variables)
    expect(told({ INGESTION_EXTRA_ENVS: text })).toEqual(Array.from({ length: doubts }, () => 'invalid INGESTION_EXTRA_ENVS'))
  })

  test('warns of a comma by number, with JSON as the mend and without the value, under the name that was written', () => {
    const [, warning] = must(parsePolicy({ ARGO_EXTRA_ENVS: '[KAFKA:hunter2:9092,hunter3:9092]' })).warnings
    expect(warning?.path).toBe('ARGO_EXTRA_ENVS')
    expect(warning?.message).toMatch(/^comma 1 of 1 .*JSON, \{"NAME": "value"\}/)
    expect(warning?.message).not.toContain('hunter')
  })

  test('are refused where JSON has one twice, and where Argo would find its own brace changed', () => {
    const twice = parsePolicy({ INGESTION_EXTRA_ENVS: '{"A": "hunter2", "A": "hunter3"}' })
    expect(twice.ok ? '' : formatIssues(twice.error)).toBe('INGESTION_EXTRA_ENVS: sets A a second time; keep one')
    expect(parsePolicy({ EXECUTOR_TYPE: 'argo', INGESTION_EXTRA_ENVS: '[OPENING_BRACE:x]' }).ok).toBe(false)
  })

  test('that are wrong are all told, by number and without their values', () => {
    expect(told({ INGESTION_EXTRA_ENVS: '{"A": 1, "config": "x"}' })).toHaveLength(2)
    const result = parsePolicy({ INGESTION_EXTRA_ENVS: '["hunter2", "config:hunter2", "A:hunter2", "A:hunter2", "1A:hunter2"]' })
    expect(result.ok ? '' : formatIssues(result.error).split('\n')).toHaveLength(4)
    expect(result.ok ? 'hunter2' : formatIssues(result.error)).not.toContain('hunter2')
  })
})
