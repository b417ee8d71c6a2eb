"""A company's own folder, laid over the project: registries, settings and models."""
