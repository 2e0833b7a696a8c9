import { builtin, call, literal, named } from '../expression/values.ts'
import { OWN_REPOSITORY } from '../values/runner-values.ts'
import { value } from '../values/value.ts'

/** A tag holds no `+`, which Helm, too, writes as `_` where it needs a tag. */
const OWN_TAG = call('replaced', '+', '_', builtin('Chart.AppVersion'))

/** Image of the runner, also of every other pod of the chart. */
export const RUNNER_IMAGE = named(
  'image',
  call(
    'ifElse',
    value('image.digest'),
    call('concat', value('image.repository'), '@', value('image.digest')),
    call('concat', value('image.repository'), ':', call('orElse', value('image.tag'), OWN_TAG)),
  ),
)

/** Some other version than the chart's, of the image that the chart names: such a tag may have been meant for the vendor's runner. */
export const IS_TAG_OF_OTHERS = call(
  'and',
  call('equals', value('image.repository'), OWN_REPOSITORY),
  value('image.tag'),
  call('not', value('image.digest')),
  call('not', call('equals', call('found', '^[^@]*', value('image.tag')), OWN_TAG)),
)

const GIVEN = value('imagePullSecrets')

/** Whether there are pull secrets for that image: the operator's, or the one that the ECR helper keeps. */
export const HAS_RUNNER_PULL_SECRETS = call('or', GIVEN, value('ecrRegistryHelper.enabled'))

export const RUNNER_PULL_SECRETS = call('ifElse', GIVEN, GIVEN, literal([{ name: 'omd-registry-credentials' }]))
