export const CHART_NAME = 'hybrid-ingestion-runner'
