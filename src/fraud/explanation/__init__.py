"""Explanation: SHAP values and importances of a model, and reasons in words."""
