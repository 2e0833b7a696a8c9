module hybrid-ingestion-runner/test/cluster/build/kubernetes

go 1.26
