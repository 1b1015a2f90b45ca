"""Names of metrics: the one name by which people read each metric, in every table and text."""

# The keys are those of records, MLflow and YAML; the names stand in the middle of a sentence.
NAMES = {
    "accuracy": "accuracy",
    "average_precision": "average precision",
    "brier": "Brier score",
    "calibration_error": "calibration error",
    "cost_per_1000": "cost per 1,000 transactions",
    "f1": "F1 score at the threshold",
    "precision": "precision at the threshold",
    "precision_at_k": "precision among the riskiest of a day",
    "recall": "recall at the threshold",
    "recall_at_01pct_fpr": "recall at 0.1 % false positives",
    "recall_at_1pct_fpr": "recall at 1 % false positives",
    "roc_auc": "ROC AUC",
}
BOUNDS = {"_low": "from", "_high": "to"}  # the ends of the interval of a metric


def metric_name(metric: str) -> str:
    """Return the name of a metric as in the middle of a sentence: "average precision".

    The ends of its interval, `average_precision_low`, are "average precision, from". A name that is
    none of a metric is returned with spaces in place of underscores.
    """
    for ending, word in BOUNDS.items():
        if (whole := metric.removesuffix(ending)) in NAMES and whole != metric:
            return f"{NAMES[whole]}, {word}"
    return NAMES.get(metric, metric.replace("_", " "))


def metric_title(metric: str) -> str:
    """Return the name of a metric as at the begin of a sentence: "Average precision"."""
    name = metric_name(metric)
    return name[:1].upper() + name[1:]


def column_name(column: str) -> str:
    """Return the name of a column of a table: that of the metric, where it holds one."""
    is_metric = any(column.removesuffix(ending) in NAMES for ending in ("", *BOUNDS))
    return metric_name(column) if is_metric else column
