import { describe, expect, test } from 'vitest'
import { placeFrom, type RefreshInput, settingsFrom } from '../../../reconciler/ecr/refresh-settings.ts'
import { must } from '../../compiler/examples/must.ts'

const INPUT: RefreshInput = {
  registry: '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
  region: undefined,
  namespaces: ['collate', 'ingestion'],
  secret: 'omd-registry-credentials',
  keptFor: 'collate/collate-prod',
  keysFrom: undefined,
  environment: {},
}

const pathsOf = (input: Partial<RefreshInput>): string[] => {
  const settings = settingsFrom({ ...INPUT, ...input })
  return settings.ok ? [] : settings.error.map(({ path }) => path)
}

describe('what the refresher is told', () => {
  test.each([
    { registry: '111122223333.dkr.ecr.eu-west-1.amazonaws.com', region: 'eu-west-1' },
    { registry: '111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com', region: 'us-gov-west-1' },
    { registry: '111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn', region: 'cn-north-1' },
    { registry: '111122223333.dkr-ecr.ap-southeast-2.on.aws', region: 'ap-southeast-2' },
  ])('gives the region $region by the name of $registry', ({ registry, region }) => {
    expect(must(settingsFrom({ ...INPUT, registry })).region).toBe(region)
  })

  test('names each namespace once, also where the ingestion pods live in that of the release', () => {
    expect(must(placeFrom({ ...INPUT, namespaces: ['collate', 'collate'] })).namespaces).toEqual(['collate'])
  })

  test('tells two releases of one name in two namespaces apart', () => {
    const holders = ['a/collate-prod', 'b/collate-prod'].map((keptFor) => must(placeFrom({ ...INPUT, keptFor })).holder)
    expect(new Set(holders).size).toBe(2)
  })

  test.each<{ name: string; input: Partial<RefreshInput>; paths: string[] }>([
    { name: 'nothing', input: { registry: undefined, namespaces: [] }, paths: ['--namespace', '--registry'] },
    { name: 'a registry with a scheme', input: { registry: 'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com' }, paths: ['--registry', '--region'] },
    { name: 'a registry under a name of its own without a region', input: { registry: 'registry.corp:5000' }, paths: ['--region'] },
    { name: 'a region that is none', input: { region: 'Ireland' }, paths: ['--region', '--region'] },
    { name: 'a region that is not the one of the registry', input: { region: 'us-east-1' }, paths: ['--region'] },
    { name: 'names that are none', input: { namespaces: ['A', 'b_'], secret: 'C' }, paths: ['--namespace', '--namespace', '--secret'] },
    { name: 'nobody who needs it', input: { keptFor: '' }, paths: ['--kept-for'] },
    {
      name: 'a Secret without a key in it',
      input: { keysFrom: 'collate-key', environment: { AWS_ACCESS_KEY_ID: '' } },
      paths: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    },
  ])('is refused with every problem at once: $name', ({ input, paths }) => {
    expect(pathsOf(input)).toEqual(paths)
  })

  test('may name a mirror with its region, and a Secret that holds the key', () => {
    const environment = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
    expect(pathsOf({ registry: 'registry.corp:5000', region: 'eu-west-1', keysFrom: 'collate-key', environment })).toEqual([])
  })
})
