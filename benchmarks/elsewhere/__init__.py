"""The same work by other tools, each in the environment of benchmarks/requirements.txt."""
