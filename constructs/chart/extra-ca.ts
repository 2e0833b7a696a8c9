import type { Volume, VolumeMount } from 'cdk8s-plus-28/lib/imports/k8s.js'
import { call } from '../expression/values.ts'
import type { Marked } from '../tree/marked.ts'
import { valueOf, when } from '../tree/marks.ts'
import { value } from '../values/value.ts'

export const HAS_EXTRA_CA = value('config.extraCa.configMap')
export const EXTRA_CA_FOLDER = '/etc/collate-ca'
export const EXTRA_CA_FILE = `${EXTRA_CA_FOLDER}/ca.crt`

/** Certificates of the operator's, as a file that follows its ConfigMap. */
export function extraCaVolume(): Marked<Volume> {
  const key = valueOf(call('orElse', value('config.extraCa.key'), 'ca.crt'))
  return when<Marked<Volume>>(HAS_EXTRA_CA, { name: 'extra-ca', configMap: { name: valueOf(HAS_EXTRA_CA), items: [{ key, path: 'ca.crt' }] } })
}

export function extraCaMount(): Marked<VolumeMount> {
  return when<Marked<VolumeMount>>(HAS_EXTRA_CA, { name: 'extra-ca', mountPath: EXTRA_CA_FOLDER, readOnly: true })
}
