"""What MetricFlow is told of the published file."""
