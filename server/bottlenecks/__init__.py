"""The register of structural bottlenecks."""
