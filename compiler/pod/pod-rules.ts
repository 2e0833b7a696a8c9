import type { V1PodSpec, V1Volume } from '@kubernetes/client-node'
import { dnsLabelRule, dnsSubdomainRule, labelValueRule, qualifiedNameRule } from '../kubernetes-names.ts'
import type { Rule } from '../kubernetes-names.ts'
import type { GuardedPod, GuardProblem } from '../merge/merge-guard.ts'
import { affinitySchema } from '../policy/affinity.ts'
import { tolerationSchema } from '../policy/toleration.ts'
import { containerRules } from './container-rules.ts'
import { oneOf, ruled, shaped, under } from './rule-problems.ts'

/** What others bring into the pod before it starts, so that it may be named and need not be whole. */
export interface BroughtByOthers {
  readonly volumes: readonly string[]
  readonly containers: readonly string[]
}

export const NOTHING_BROUGHT: BroughtByOthers = { volumes: [], containers: [] }

const MOST_SECONDS = 2 ** 31 - 1
const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']

/** Values of a pod that Kubernetes would refuse, and not only the runner. Which fields there are says the merge. */
export function podRules({ metadata, spec }: GuardedPod, others: BroughtByOthers): GuardProblem[] {
  if (spec === undefined) return []
  const volumes = [...(spec.volumes ?? []).map(({ name }) => name), ...others.volumes]
  const containers = (['initContainers', 'containers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, index) => containerRules(container, volumes, others.containers).map(under(['spec', list, index]))),
  )
  return [
    ...pairRules(metadata?.labels, ['metadata', 'labels'], qualifiedNameRule, labelValueRule),
    ...pairRules(metadata?.annotations, ['metadata', 'annotations'], (key) => qualifiedNameRule(key.toLowerCase()), anything),
    ...(metadata?.finalizers ?? []).flatMap((name, index) => ruled(name, ['metadata', 'finalizers', index], finalizerRule)),
    ...specRules(spec).map(under(['spec'])),
    ...containers,
    ...namedOnce([...(spec.initContainers ?? []), ...(spec.containers ?? [])]).map(under(['spec', 'containers'])),
  ]
}

function specRules(spec: V1PodSpec): GuardProblem[] {
  return [
    ...(spec.tolerations ?? []).flatMap((toleration, index) => shaped(tolerationSchema, toleration, ['tolerations', index])),
    ...(spec.affinity === undefined ? [] : shaped(affinitySchema, spec.affinity, ['affinity'])),
    ...pairRules(spec.nodeSelector, ['nodeSelector'], qualifiedNameRule, labelValueRule),
    ...ruled(spec.priorityClassName, ['priorityClassName'], dnsSubdomainRule),
    ...ruled(spec.runtimeClassName, ['runtimeClassName'], dnsSubdomainRule),
    ...ruled(spec.dnsPolicy, ['dnsPolicy'], oneOf(DNS_POLICIES)),
    ...deadlineRules(spec.activeDeadlineSeconds),
    ...(spec.volumes ?? []).flatMap((volume, index) => volumeRules(volume).map(under(['volumes', index]))),
    ...namedOnce(spec.volumes ?? []).map(under(['volumes'])),
  ]
}

function deadlineRules(seconds: number | undefined): GuardProblem[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= MOST_SECONDS)) return []
  return [{ path: ['activeDeadlineSeconds'], message: `must be from 1 to ${MOST_SECONDS}` }]
}

function volumeRules(volume: V1Volume): GuardProblem[] {
  const { name, secret, configMap, persistentVolumeClaim: claim, ...rest } = volume
  const types = Object.entries(volume).filter(([field, source]) => field !== 'name' && source !== undefined)
  const unnamed = (isUnnamed: boolean, path: readonly string[]): GuardProblem[] => (isUnnamed ? [{ path, message: 'is missing; name what is mounted' }] : [])
  return [
    ...ruled(name, ['name'], dnsLabelRule),
    ...(types.length > 1 ? [{ path: [types[1]?.[0] ?? ''], message: 'must be the only source of its volume; keep one' }] : []),
    ...unnamed(secret !== undefined && (secret.secretName ?? '') === '', ['secret', 'secretName']),
    ...unnamed(configMap !== undefined && (configMap.name ?? '') === '', ['configMap', 'name']),
    ...unnamed(claim !== undefined && (claim.claimName ?? '') === '', ['persistentVolumeClaim', 'claimName']),
    ...unnamed(rest.csi !== undefined && (rest.csi.driver ?? '') === '', ['csi', 'driver']),
  ]
}

function namedOnce(elements: readonly { readonly name: string }[]): GuardProblem[] {
  const names = elements.map(({ name }) => name)
  const doubled = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
  return doubled.map((name) => ({ path: [], message: `must not hold the name ${JSON.stringify(name)} twice` }))
}

/** Keys and values, each by its rule. */
function pairRules(pairs: Readonly<Record<string, string>> | undefined, path: readonly PropertyKey[], key: Rule, value: Rule): GuardProblem[] {
  return Object.entries(pairs ?? {}).flatMap(([name, text]) => {
    const message = key(name) ?? value(text)
    return message === undefined ? [] : [{ path: [...path, name], message }]
  })
}

const anything: Rule = () => undefined

const finalizerRule: Rule = (name) => (name.includes('/') ? qualifiedNameRule(name) : 'must have a DNS prefix with "/", as every finalizer of a pod')
