import { z } from 'zod'
import { environment, field, flag, free, quotedWhole, resources, section, stringMap, text, whole, without } from './field.ts'

/** Pull credentials of the vendor's registry. */
export const ecrValues = section("Keeps the pull secret `omd-registry-credentials` for the vendor's registry, where ingestion images come from it.", {
  enabled: field(flag, 'Whether it does.', { default: true }),
  schedule: field(text, 'When it is renewed; a token lives for twelve hours.', { isNeeded: true, default: '0 0/6 * * *', rule: 'cron' }),
  region: field(text, 'Region of the registry.', { isNeeded: true, default: 'eu-west-1' }),
  registry: field(text, 'Host of the registry.', { isNeeded: true, default: '118146679784.dkr.ecr.eu-west-1.amazonaws.com' }),
  endpoint: field(text, "Address of a private endpoint of ECR's API, in place of the region's own.", {
    example: 'https://vpce-0123.api.ecr.eu-west-1.vpce.amazonaws.com',
  }),
  extraEnvs: field(environment, 'Further variables of its pods, such as AWS_ENDPOINT_URL_STS, or a proxy with a password by `valueFrom`.', { default: [] }),
  image: without("the runner's own image does this work", free),
  serviceAccount: section(
    'Its service account.',
    {
      create: field(flag, 'Whether the chart makes it. Its Role and RoleBinding are made either way.', { isNeeded: true, default: true }),
      name: field(
        text,
        'Its name; a second release in a namespace needs another one. Empty: `<release>-ecr`, or `default` where none is made. Before an install, `<name>-hook` does the same.',
        { default: 'omd-pull-secret-refresh', rule: 'name' },
      ),
      annotations: field(stringMap, 'Its annotations, such as the role of AWS that it takes on where no key is given.', { default: {} }),
    },
    { isNeeded: true },
  ),
  resources: field(resources, 'Its resources. It takes about 110 MB, and a second of CPU.', {
    default: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '192Mi' } },
  }),
  ttlSecondsAfterFinished: field(quotedWhole, 'How long an ended Job stays.', { example: 300, rule: 'number' }),
  backoffLimit: field(quotedWhole, 'How often a failed Job is tried again.', { example: 1, rule: 'number' }),
  collateCredentials: section('The AWS key that Collate provides.', {
    secretRef: field(text, 'A Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which is there before the install.', { default: '', rule: 'name' }),
    values: section('Or the key itself, which is put into a Secret.', {
      accessKeyId: field(text, 'Access key id.', { default: '' }),
      secretAccessKey: field(text, 'Secret access key.', { default: '' }),
      account: field(z.union([text, whole]), 'Account of the registry.', {
        default: '118146679784',
        mend: 'the account is part of ecrRegistryHelper.registry',
        isDead: true,
      }),
    }),
  }),
})
