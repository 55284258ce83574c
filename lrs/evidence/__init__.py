"""The pack that an auditor takes home."""
