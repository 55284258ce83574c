"""The register on a terminal and in files: a table, CSV, JSON and a workbook."""
