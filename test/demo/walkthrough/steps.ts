import { AGENT, LAST_RUN, NAMESPACE, RELEASE, type Step } from './step.ts'

const RUNNER = `deployment/${RELEASE}-hybrid-ingestion-runner`
const hybridRunner = (args: string): string => `kubectl exec ${RUNNER} -- hybrid-runner ${args}`

const VALUES = `
config:
  agentId: ${AGENT}               # its name in Collate
  serverHost: acme.getcollate.io
  authTokenSecret:
    name: collate-token
    key: token
ecrRegistryHelper:
  enabled: false                # the ingestion image is in a registry of our own
`

/** The life of a release, from the install to the uninstall. `npm run docs:walkthrough` walks it, and writes docs/walkthrough.md. */
export const STEPS: readonly Step[] = [
  {
    says: `# A walk through

One release from \`helm install\` to \`helm uninstall\`, in a namespace that enforces the Pod Security Standard \`restricted\`. Nothing here is made up: \`npm run docs:walkthrough\` plays it and writes this page, on a real Kubernetes on one machine with two processors, with the chart, the runner's image, the published \`openmetadata-ingestion\` in the pods, and a PostgreSQL. Collate's side is the [reference server](../test/collate/README.md), without TLS, of which the chart and the doctor warn. What binds a release to that machine (images, the server) is given to Helm beside \`values.yaml\`; addresses are shown as \`collate.example\` and \`192.0.2.10\`.

Lines that begin with \`$\` are typed. Those that begin with \`#\` say what Collate does; beneath stands what it is answered and told. Seconds are those of a machine that did much else at the time; most of them are Python's imports. What the runner itself takes is in [performance](performance.md).`,
  },

  { says: '## Install' },
  { shell: `kubectl create namespace ${NAMESPACE}` },
  { shell: `kubectl label namespace ${NAMESPACE} pod-security.kubernetes.io/enforce=restricted` },
  { shell: `kubectl config set-context --current --namespace ${NAMESPACE}` },
  { says: 'The token of the ingestion bot, from Collate:' },
  { shell: 'kubectl create secret generic collate-token --from-file=token=token.txt' },
  { file: 'values.yaml', content: VALUES },
  { shell: `helm install ${RELEASE} ./charts/hybrid-ingestion-runner --values values.yaml --wait` },
  { collate: 'sees the runner', deed: 'untilActive' },
  { says: 'What the runner needs, looked at by the runner itself ([doctor](doctor.md)):' },
  { shell: `helm test ${RELEASE} --logs` },

  { says: '## Test a connection' },
  { says: "The database's password goes into a Secret; Collate is told `secret:shop-password`, and never sees it ([secrets](secrets.md))." },
  { shell: 'kubectl create secret generic shop-password --from-file=value=password.txt' },
  { collate: 'tests the connection to PostgreSQL with the password secret:shop-password', deed: 'testConnection' },
  { says: 'With a Secret that is not there the screen says which, where the database alone would speak of a wrong password:' },
  { collate: 'tests it with the password secret:shop-passwrod', deed: 'testMissingSecret' },

  { says: '## Deploy and schedule' },
  { collate: 'deploys the pipeline shop.nightly, every minute so as not to wait for the night', deed: 'deploy' },
  {
    says: "A schedule is a CronJob: it fires by Kubernetes' own clock, also while no runner is there ([schedules](schedules.md)).",
  },
  { shell: 'kubectl get cronjobs' },
  { shell: hybridRunner('schedules') },
  { collate: 'is told of the run that the schedule starts', deed: 'untilFired' },
  { shell: 'kubectl get jobs,pods', until: /cron-\S+ +Complete/ },
  { says: 'Switched off in Collate, it fires no more:' },
  { collate: 'switches shop.nightly off', deed: 'switchOff' },
  { shell: 'kubectl get cronjobs', until: /True/ },

  { says: '## Run' },
  { collate: 'runs shop.nightly now', deed: 'run' },
  { says: 'What the pod read from PostgreSQL stands in Collate:' },
  { collate: 'shows the tables of shop', deed: 'readCatalog' },
  { says: 'And its log, which lies on the node and is read when somebody looks ([logs](logs.md)):' },
  { collate: 'reads the log of the run', deed: 'readLog' },
  { says: 'The same from inside the cluster. The cluster is the only database: a record for each run, and its pod.' },
  { shell: hybridRunner('runs'), until: /success[^\n]*$/ },
  { shell: `kubectl get configmap -l hybrid-runner.collate.io/run-id=${LAST_RUN}` },

  { says: '## Why did it fail?' },
  { collate: 'runs a pipeline whose Secret is not there', deed: 'runMissingSecret' },
  { says: 'The same words at a terminal ([failures](failures.md)):' },
  { shell: hybridRunner(`explain ${LAST_RUN}`) },

  { says: '## Upgrade in the middle of a run, and kill' },
  { collate: 'runs a pipeline that waits for a lock in PostgreSQL', deed: 'runLong' },
  { shell: `helm upgrade ${RELEASE} ./charts/hybrid-ingestion-runner --values values.yaml --set config.logLevel=debug --wait`, last: 0 },
  { says: 'The new runner has found the run and goes on with it:' },
  { shell: hybridRunner('runs'), until: /Running/i },
  {
    says: 'The program hangs in the database and hears no SIGTERM, so its node ends it when its minute of grace is over. `stopped` is told then, and not before.',
  },
  { collate: 'kills it', deed: 'kill' },
  { shell: hybridRunner('runs') },

  { says: '## Delete and uninstall' },
  { collate: 'deletes the pipeline shop.nightly', deed: 'deletePipeline' },
  { shell: 'kubectl get cronjobs', until: /No resources/ },
  { says: 'The release ends what it started, tells Collate, and leaves what you made ([uninstall](uninstall.md)):' },
  { shell: `helm uninstall ${RELEASE} --wait` },
  { shell: 'kubectl get deployments,pods,jobs,cronjobs,configmaps,secrets,serviceaccounts,roles,leases', until: /^(?!.*hybrid-)/s },
]
