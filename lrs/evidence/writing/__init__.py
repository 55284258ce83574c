"""The pack's sheets as files: CSV, JSON, a workbook; and files as a zip."""
