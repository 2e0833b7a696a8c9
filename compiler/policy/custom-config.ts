import type { Issue } from '../issue.ts'
import { err, ok } from '../result.ts'
import type { Result } from '../result.ts'
import { isTooDeep } from '../stable-json.ts'
import { joinPath } from '../zod-issues.ts'
import { containerFieldRule, podMetadataFieldRule, workflowFieldRule } from './custom-fields.ts'
import type { FieldRule } from './custom-fields.ts'
import type { Executor } from './executor.ts'

type Json = Readonly<Record<string, unknown>>

/** Fields of the operator's own, merged last into what the compiler makes. */
export interface CustomConfig {
  /** Fields of the container. */
  readonly containerParams: Json
  /** Fields of Argo's WorkflowSpec, `podSpecPatch` as an object; the Simple Kubernetes executor takes those that a pod has, too. */
  readonly workflowParams: Json
}

/** The parsed content of the two files, where they could be read. */
export interface CustomConfigFiles {
  readonly containerParams?: unknown
  readonly workflowParams?: unknown
}

/** Variables that name the two files. */
export const CUSTOM_CONFIG_VARIABLES = {
  containerParams: 'ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH',
  workflowParams: 'ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH',
} as const

const FILES = ['containerParams', 'workflowParams'] as const

export interface ParsedCustomConfig {
  readonly customConfig: CustomConfig
  readonly warnings: readonly Issue[]
}

/** Where the files lie, by the environment: for the shell, which reads them as YAML. */
export function customConfigPaths(environment: Readonly<Record<string, string | undefined>>): Readonly<Partial<Record<keyof CustomConfigFiles, string>>> {
  const paths = FILES.map((file) => [file, environment[CUSTOM_CONFIG_VARIABLES[file]]?.trim() ?? ''] as const)
  return Object.fromEntries(paths.filter(([, path]) => path !== ''))
}

/** Judges the files: objects, with fields that the executor knows. Whether the whole still makes a pod says the merge. */
export function parseCustomConfig(executor: Executor, given: Readonly<Record<string, string>>, files: CustomConfigFiles): Result<ParsedCustomConfig, Issue[]> {
  const patch = podSpecPatchFrom(files.workflowParams)
  if (!patch.ok) return patch
  const rules: Readonly<Record<(typeof FILES)[number], FieldRule>> = {
    containerParams: containerFieldRule,
    workflowParams: (field) => workflowFieldRule(executor, field),
  }
  const { podMetadata } = objectFrom(files.workflowParams)
  const verdicts = [
    ...FILES.flatMap((file) => verdictsFor(file, files[file], rules[file])),
    ...verdictsFor('workflowParams.podMetadata', isObject(podMetadata) ? podMetadata : {}, (field) => podMetadataFieldRule(executor, field)),
  ]
  const issues = verdicts.filter(({ isRefusal }) => isRefusal).map(({ issue }) => issue)
  if (issues.length > 0) return err(issues)
  const idle = verdicts.map(({ issue }) => issue)
  const unread = FILES.filter((file) => given[CUSTOM_CONFIG_VARIABLES[file]] !== undefined && files[file] === undefined)
  const ignored = new Set(idle.map(({ path }) => path))
  return ok({
    customConfig: {
      containerParams: objectFrom(files.containerParams),
      workflowParams: withoutFields({ ...objectFrom(files.workflowParams), ...patch.value }, ignored),
    },
    warnings: [
      ...unread.map((file): Issue => ({
        code: 'missing',
        path: CUSTOM_CONFIG_VARIABLES[file],
        message: 'names a file that was not read, so nothing of it is merged',
      })),
      ...idle,
    ],
  })
}

/** Argo takes the patch as text; it may be given as the object that the text stands for. */
function podSpecPatchFrom(workflowParams: unknown): Result<Json, Issue[]> {
  const { podSpecPatch } = objectFrom(workflowParams)
  if (typeof podSpecPatch !== 'string') return ok({})
  try {
    return ok({ podSpecPatch: JSON.parse(podSpecPatch) as unknown })
  } catch {
    return err([{ code: 'invalid', path: 'workflowParams.podSpecPatch', message: 'must be JSON, or the object itself' }])
  }
}

interface Verdict {
  readonly issue: Issue
  readonly isRefusal: boolean
}

function verdictsFor(file: string, content: unknown, rule: FieldRule): Verdict[] {
  if (content === undefined || content === null) return []
  if (typeof content !== 'object' || Array.isArray(content)) return [refusal(file, 'invalid', 'must be an object of fields')]
  if (isTooDeep(content)) return [refusal(file, 'tooLarge', 'nests too deeply')]
  return Object.keys(content).flatMap((field) => {
    const verdict = rule(field)
    if (verdict === undefined) return []
    const path = joinPath(file, [field])
    return [
      verdict.isRefusal
        ? refusal(path, 'unknownKey', verdict.message)
        : { issue: { code: 'wrongExecutor' as const, path, message: verdict.message }, isRefusal: false },
    ]
  })
}

function refusal(path: string, code: Issue['code'], message: string): Verdict {
  return { issue: { code, path, message }, isRefusal: true }
}

function isObject(content: unknown): content is Json {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
}

function objectFrom(content: unknown): Json {
  return typeof content === 'object' && content !== null ? { ...content } : {}
}

function withoutFields(params: Json, paths: ReadonlySet<string>): Json {
  return Object.fromEntries(Object.entries(params).filter(([field]) => !paths.has(joinPath('workflowParams', [field]))))
}
