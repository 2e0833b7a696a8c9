/** What is said when the API server does not know Argo's Workflow. */
export const NO_WORKFLOWS = "this cluster does not serve Argo's Workflows (argoproj.io/v1alpha1): install Argo Workflows, or set EXECUTOR_TYPE to simpleK8s"
