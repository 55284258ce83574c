"""The compiler: branching scenarios in YAML to packages for any conforming LMS."""

__version__ = "0.1.0"
