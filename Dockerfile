# The serving image for SageMaker: the same `python -m serving` that answers on this machine.
# The checks of this project have no Docker: this file has never been built by them. After
# building it, try it: docker run -v "$PWD/model:/opt/ml/model" -p 8080:8080 IMAGE, then GET /ping.
FROM python:3.11-slim

# LightGBM's wheel leaves OpenMP to the system.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*

# The versions that the model was trained with, and only what serving imports of them.
# PIP_EXTRA_INDEX_URL may name an index with CPU builds of torch, which are a tenth of the size.
ARG PIP_EXTRA_INDEX_URL=""
COPY requirements.lock .
RUN pip install --no-cache-dir --constraint requirements.lock \
    httptools lightgbm numpy orjson polars pydantic pyyaml safetensors scikit-learn scipy skops \
    skorch starlette torch uvicorn uvloop xgboost-cpu

COPY src/foundation /opt/program/foundation
COPY src/fraud /opt/program/fraud
COPY src/serving /opt/program/serving

ENV PYTHONPATH=/opt/program PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /opt/program
EXPOSE 8080
ENTRYPOINT ["python", "-m", "serving"]
CMD ["serve"]
