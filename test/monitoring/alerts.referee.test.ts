import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../cluster/shell.ts'
import { debianProgram } from '../image/debian-program.ts'
import { ALERT_CASES, type AlertCase } from './alert-cases.ts'
import { type RenderedRule, renderedRules } from './rendered-rules.ts'

/** Prometheus itself judges the alerts, by its own tool. */
let promtool: string
let folder: string
const RULES = renderedRules()

beforeAll(async () => {
  promtool = await debianProgram(['prometheus'], 'usr/bin/promtool')
  folder = await mkdtemp(join(tmpdir(), 'alerts-'))
  await writeFile(join(folder, 'rules.json'), JSON.stringify({ groups: [{ name: 'hybrid-ingestion-runner', rules: RULES }] }))
})

afterAll(async () => rm(folder, { recursive: true, force: true }))

/** One case as promtool reads it: all alerts of the name that fire, with every label and annotation. */
function testOf({ alert, name, series, atMinutes, fires }: AlertCase): object {
  const { labels, annotations } = RULES.find((rule) => rule.alert === alert) as RenderedRule
  const seriesLabels = PER_POD.has(alert) ? { pod: 'collate-prod-hybrid-ingestion-runner-7d9c5b7f6d-abcde' } : {}
  return {
    name: `${alert}: ${name}`,
    interval: '1m',
    input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
    alert_rule_test: [
      {
        eval_time: `${atMinutes}m`,
        alertname: alert,
        exp_alerts: fires ? [{ exp_labels: { ...labels, ...seriesLabels }, exp_annotations: annotations }] : [],
      },
    ],
  }
}

/** Alerts on the series of one pod, whose name they tell. */
const PER_POD = new Set(['HybridAgentQueueStands', 'HybridAgentCollateAnswersNot', 'HybridAgentMemoryFull'])

async function judge(cases: readonly AlertCase[]): Promise<string> {
  const file = join(folder, `test-${cases.length}.json`)
  await writeFile(file, JSON.stringify({ rule_files: ['rules.json'], evaluation_interval: '1m', tests: cases.map(testOf) }))
  return run(promtool, ['test', 'rules', file], { cwd: folder })
}

describe('Prometheus', () => {
  test('takes the rules as they are', async () => {
    expect(await run(promtool, ['check', 'rules', 'rules.json'], { cwd: folder })).toContain(`SUCCESS: ${RULES.length} rules found`)
  })

  test('fires each alert when it should and not when it should not', async () => {
    await expect(judge(ALERT_CASES)).resolves.toContain('SUCCESS')
  })

  test('has a case of both kinds for every alert', () => {
    for (const { alert } of RULES)
      expect([...new Set(ALERT_CASES.filter((one) => one.alert === alert).map(({ fires }) => fires))].toSorted(), alert).toEqual([false, true])
  })

  test('would tell of a case that is wrong', async () => {
    const wrong = ALERT_CASES.slice(0, 1).map((one) => ({ ...one, fires: !one.fires }))
    await expect(judge(wrong)).rejects.toThrow(/HybridAgentDown/)
  })
})
