import { PAYLOAD_KEY } from '../payload.ts'
import type { RunKind } from '../record.ts'

/** Where a payload that is a file lies in the container. */
export const PAYLOAD_DIRECTORY = '/etc/hybrid-runner/payload'

/** The config in it. */
export const PAYLOAD_FILE = `${PAYLOAD_DIRECTORY}/${PAYLOAD_KEY}`

/** Programs of the ingestion image: how Python runs each, from the shell and from inside. */
const ENTRY_POINTS: Readonly<Record<RunKind, { readonly args: readonly string[]; readonly run: string }>> = {
  pipeline: { args: ['main.py'], run: "run_path('main.py'" },
  automation: { args: ['run_automation.py'], run: "run_path('run_automation.py'" },
  application: { args: ['-m', 'metadata.applications.runner'], run: "run_module('metadata.applications.runner', alter_sys=True" },
}

/** Starts the entry point of that kind, with the payload in the variable `config`: the kubelet sets it, or the program reads the file. */
export function commandFor(kind: RunKind, payloadFile: string | undefined): string[] {
  const { args, run } = ENTRY_POINTS[kind]
  return payloadFile === undefined ? ['python', ...args] : ['python', '-c', scriptWithFile(run, payloadFile)]
}

/**
 * Runs the entry point with `config` taken from a file.
 *
 * The entry points read the variable only, and it is set inside the process because Linux refuses to start a program with an
 * environment string above 128 KiB.
 */
function scriptWithFile(run: string, file: string): string {
  return ['import os, runpy', `os.environ['config'] = open('${file}', encoding='utf-8').read()`, `runpy.${run}, run_name='__main__')`].join('; ')
}
