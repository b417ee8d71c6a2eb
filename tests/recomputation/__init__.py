"""Published metrics, recomputed from the landing files with other tools."""
