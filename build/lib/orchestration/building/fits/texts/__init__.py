"""What is told of free texts: their language, sentiment and themes, each with its quality."""
