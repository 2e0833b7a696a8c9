/** What the name of a registry of ECR says of it. */
export interface EcrRegistry {
  readonly account: string
  readonly region: string
}

const ECR_HOST = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-\d)\.[a-z.]+$/

/** Account and region of a registry; undefined for a host under another name, such as a mirror. */
export function ecrRegistryOf(host: string): EcrRegistry | undefined {
  const [, account, region] = ECR_HOST.exec(host) ?? []
  return account === undefined || region === undefined ? undefined : { account, region }
}
