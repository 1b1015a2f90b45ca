"""Settings that point nowhere, for tests over fakes."""

from pathlib import Path

from foundation.settings import Settings

NOWHERE = Path("/nonexistent/ceap-tests")


def fake_settings(state_directory: Path = NOWHERE) -> Settings:
    return Settings(
        environment="local",
        region="us-east-1",
        account="000000000000",
        suffix="test",
        data_bucket="fraud-detection-data",
        workflow_bucket="fraud-detection-workflow-000000000000",
        models_bucket="fraud-detection-models",
        config_bucket="fraud-detection-config",
        metrics_bucket="fraud-detection-metrics-test",
        scores_table="FraudScores",
        alerts_topic="fraud-detection-alerts",
        monitoring_topic="fraud-detection-monitoring",
        failures_topic="fraud-detection-failures",
        endpoint_name="fraud-detection-prod",
        endpoint_role="arn:aws:iam::000000000000:role/fraud-detection-endpoint",
        endpoint_image="ceap-serving:local",
        endpoint_instance="ml.m5.large",
        tracking_uri=f"sqlite:///{state_directory}/mlflow.db",
        registered_model="fraud-detection",
        audit_key="",
        state_directory=state_directory,
    )
