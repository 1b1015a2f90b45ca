"""Layout: canvas, legend, labels and sizes that all plots share."""
