"""
Tells the end of a run whose program could not: the state is in `pipelineStatus`, the run in `pipelineRunId`.

An end that stands there already is left alone.
"""

import os
from datetime import datetime

import yaml
from metadata.generated.schema.entity.services.ingestionPipelines.ingestionPipeline import PipelineState, PipelineStatus
from metadata.generated.schema.metadataIngestion.workflow import OpenMetadataWorkflowConfig
from metadata.generated.schema.type.basic import Timestamp
from metadata.ingestion.ometa.ometa_api import OpenMetadata

ENDS = {PipelineState.success, PipelineState.failed, PipelineState.partialSuccess}


def main():
    config = OpenMetadataWorkflowConfig.model_validate(yaml.safe_load(os.environ["config"]))
    run_id, end = os.environ.get("pipelineRunId"), os.environ.get("pipelineStatus")
    if not (config.ingestionPipelineFQN and run_id and end):
        return
    metadata = OpenMetadata(config.workflowConfig.openMetadataServerConfig)
    now = Timestamp(int(datetime.now().timestamp() * 1000))
    status = metadata.get_pipeline_status(config.ingestionPipelineFQN, run_id) or PipelineStatus(
        runId=run_id, pipelineState=PipelineState.running, startDate=now, timestamp=now
    )
    if status.pipelineState in ENDS:
        return
    status.endDate = now
    status.pipelineState = PipelineState.success if end in ("Succeeded", "success") else PipelineState.failed
    metadata.create_or_update_pipeline_status(config.ingestionPipelineFQN, status)


if __name__ == "__main__":
    main()
