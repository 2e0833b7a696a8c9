import type { Cluster } from '../cluster/cluster.ts'
import { callJson } from '../cluster/kubernetes-api.ts'
import { type Postgres, startPostgres } from '../postgres/postgres.ts'
import { INGESTION_ACCOUNT } from '../scenario/runner-account.ts'

/** The database that the package reads: two tables, one that refers to the other, and a view. */
const SCHEMA = `
  CREATE SCHEMA sales;
  CREATE TABLE sales.customer (id serial PRIMARY KEY, email text NOT NULL);
  COMMENT ON TABLE sales.customer IS 'Who buys';
  CREATE TABLE sales.purchase (id bigint PRIMARY KEY, customer_id int REFERENCES sales.customer, amount numeric(10, 2));
  CREATE VIEW sales.large_purchase AS SELECT * FROM sales.purchase WHERE amount > 100;
  GRANT USAGE ON SCHEMA sales TO reader;
  GRANT SELECT ON ALL TABLES IN SCHEMA sales TO reader;
`

/** Three purchases of two customers, one of them without an amount. */
export const PURCHASES = `
  INSERT INTO sales.customer (email) VALUES ('one@example.org'), ('two@example.org');
  INSERT INTO sales.purchase VALUES (1, 1, 50), (2, 1, 150), (3, 2, NULL);
`

/** A PostgreSQL with the database `shop`. */
export async function startShop(): Promise<Postgres> {
  const postgres = await startPostgres()
  await postgres.sql('postgres', 'CREATE DATABASE shop')
  await postgres.sql('shop', SCHEMA)
  return postgres
}

/** A connection to it, as the person at the screen fills it in. */
export function connectionTo({ hostIp }: Cluster, { user, port }: Postgres, password: string): object {
  return {
    config: { type: 'Postgres', scheme: 'postgresql+psycopg2', username: user, authType: { password }, hostPort: `${hostIp}:${port}`, database: 'shop' },
  }
}

/** Lets the ingestion pods read Secrets, as the chart does. */
export async function allowSecrets(cluster: Cluster, namespace: string): Promise<void> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`
  const name = 'ingestion-secrets'
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }]
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name }
  const subjects = [{ kind: 'ServiceAccount', name: INGESTION_ACCOUNT, namespace }]
  await callJson(cluster.api, { method: 'POST', path: `${rbac}/roles`, body: { metadata: { name }, rules } })
  await callJson(cluster.api, { method: 'POST', path: `${rbac}/rolebindings`, body: { metadata: { name }, roleRef, subjects } })
}

/** A Secret as a reference `secret:<name>` finds it. */
export async function keepSecret(cluster: Cluster, namespace: string, name: string, value: string, key = 'value'): Promise<void> {
  await callJson(cluster.api, { method: 'POST', path: `/api/v1/namespaces/${namespace}/secrets`, body: { metadata: { name }, stringData: { [key]: value } } })
}
