module hybrid-ingestion-runner/test/ingestion-image

go 1.25.0
