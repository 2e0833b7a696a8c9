import type { V1Container, V1EnvFromSource, V1EnvVar, V1VolumeMount } from '@kubernetes/client-node'
import { dnsLabelRule } from '../kubernetes-names.ts'
import type { Rule } from '../kubernetes-names.ts'
import type { GuardProblem } from '../merge/merge-guard.ts'
import { resourcesSchema } from '../resources.ts'
import { oneOf, ruled, shaped, under } from './rule-problems.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']

/**
 * Values of a container that Kubernetes would refuse.
 *
 * @param volumes names of all volumes of the pod
 * @param unfinished containers whose image another puts in
 */
export function containerRules(container: V1Container, volumes: readonly string[], unfinished: readonly string[]): GuardProblem[] {
  const { name, image = '', resources } = container
  return [
    ...ruled(name, ['name'], dnsLabelRule),
    ...(unfinished.includes(name) ? [] : ruled(image, ['image'], imageRule)),
    ...ruled(container.imagePullPolicy, ['imagePullPolicy'], oneOf(PULL_POLICIES)),
    ...ruled(container.terminationMessagePolicy, ['terminationMessagePolicy'], oneOf(MESSAGE_POLICIES)),
    ...(container.env ?? []).flatMap((variable, index) => variableRules(variable).map(under(['env', index]))),
    ...(container.envFrom ?? []).flatMap((source, index) => sourceRules(source).map(under(['envFrom', index]))),
    ...(container.volumeMounts ?? []).flatMap((mount, index) => mountRules(mount, volumes).map(under(['volumeMounts', index]))),
    ...mountedOnce(container.volumeMounts ?? []).map(under(['volumeMounts'])),
    ...(resources === undefined ? [] : resourceRules(resources).map(under(['resources']))),
  ]
}

/** Names that every version of Kubernetes takes; newer ones take more. */
const variableRule: Rule = (name) =>
  /^[A-Za-z_.-][A-Za-z0-9_.-]*$/.test(name) && name !== '.' && !name.startsWith('..')
    ? undefined
    : 'must be letters, digits, "_", "-" and ".", and not begin with a digit or with two dots'

const imageRule: Rule = (image) => (image !== '' && image.trim() === image ? undefined : 'must name an image, without blanks around it')

function variableRules({ name, value = '', valueFrom }: V1EnvVar): GuardProblem[] {
  const sources = Object.values(valueFrom ?? {}).filter((source) => source !== undefined)
  return [
    ...ruled(name, ['name'], variableRule),
    ...(value !== '' && valueFrom !== undefined
      ? [{ path: ['valueFrom'], message: 'must not stand beside a value; give value: null here where the runner sets one' }]
      : []),
    ...(valueFrom !== undefined && sources.length !== 1 ? [{ path: ['valueFrom'], message: 'must hold one source' }] : []),
    ...(['secretKeyRef', 'configMapKeyRef'] as const).flatMap((kind) => {
      const reference = valueFrom?.[kind]
      return reference === undefined ? [] : (['name', 'key'] as const).flatMap((field) => ruled(reference[field] ?? '', ['valueFrom', kind, field], given))
    }),
  ]
}

function sourceRules({ configMapRef, secretRef }: V1EnvFromSource): GuardProblem[] {
  if ((configMapRef === undefined) === (secretRef === undefined)) return [{ path: [], message: 'must hold one of configMapRef and secretRef' }]
  return configMapRef === undefined
    ? ruled(secretRef?.name ?? '', ['secretRef', 'name'], given)
    : ruled(configMapRef.name ?? '', ['configMapRef', 'name'], given)
}

function mountRules({ name, mountPath, subPath = '' }: V1VolumeMount, volumes: readonly string[]): GuardProblem[] {
  return [
    ...(volumes.includes(name) ? [] : [{ path: ['name'], message: 'names no volume of the pod; add it to the volumes of workflowParams' }]),
    ...ruled(mountPath, ['mountPath'], given),
    ...(subPath.startsWith('/') || subPath.split('/').includes('..') ? [{ path: ['subPath'], message: 'must be a path inside the volume, without ..' }] : []),
  ]
}

function mountedOnce(mounts: readonly V1VolumeMount[]): GuardProblem[] {
  const paths = mounts.map(({ mountPath }) => mountPath)
  return paths.some((path, index) => paths.indexOf(path) !== index) ? [{ path: [], message: 'must not hold the same mountPath twice' }] : []
}

function resourceRules({ requests = {}, limits = {} }: NonNullable<V1Container['resources']>): GuardProblem[] {
  return shaped(resourcesSchema, { requests, limits }, [])
}

const given: Rule = (text) => (text === '' ? 'must not be empty' : undefined)
