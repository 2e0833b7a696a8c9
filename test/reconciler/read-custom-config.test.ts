import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { formatIssues } from '../../compiler/issue.ts'
import { readCustomConfig } from '../../reconciler/read-custom-config.ts'
import { must } from '../compiler/examples/must.ts'

const CONTAINER = 'ARGO_INGESTION_CONTAINER_SPEC_FILE_PATH'
const WORKFLOW = 'ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'custom-config-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('the files of the operator', () => {
  test('are not asked for when none is named', () => {
    expect(must(readCustomConfig({ [CONTAINER]: ' ' }))).toEqual({})
  })

  test('are read as YAML, and a patch inside as the object it stands for', () => {
    const container = file('container.yaml', 'env:\n  - name: A\n    value: "yes"\n')
    const workflow = file('workflow.yaml', 'podSpecPatch: |\n  hostUsers: false\n')
    expect(must(readCustomConfig({ [CONTAINER]: container, [WORKFLOW]: workflow }))).toEqual({
      containerParams: { env: [{ name: 'A', value: 'yes' }] },
      workflowParams: { podSpecPatch: { hostUsers: false } },
    })
  })

  test('that cannot be read are all told, without what is in them', () => {
    const broken = file('broken.yaml', 'password: "hunter2\n- [')
    const result = readCustomConfig({ [CONTAINER]: join(folder, 'missing.yaml'), [WORKFLOW]: broken })
    const text = result.ok ? '' : formatIssues(result.error)
    expect(text.split('\n')).toEqual([
      `${CONTAINER}: names ${join(folder, 'missing.yaml')}, which cannot be read: ENOENT`,
      `${WORKFLOW}: names ${broken}, which cannot be read: it is no YAML; see line 2`,
    ])
    expect(text).not.toContain('hunter2')
  })

  test('that hold a patch which is no YAML are told with the line inside the patch', () => {
    const path = file('patch.yaml', 'podSpecPatch: |\n  hostUsers: false\n  a: [\n')
    const result = readCustomConfig({ [WORKFLOW]: path })
    expect(result.ok ? '' : formatIssues(result.error)).toMatch(/^ARGO_INGESTION_WORKFLOW_SPEC_FILE_PATH: .*it is no YAML inside podSpecPatch; see line \d$/)
  })

  test('are not quoted in a warning of the parser', () => {
    const warnings = vi.spyOn(process, 'emitWarning')
    must(readCustomConfig({ [CONTAINER]: file('tagged.yaml', 'image: !secret hunter2\n') }))
    expect(warnings).not.toHaveBeenCalled()
  })
})
