"""Texts on their way to translators and back: XLIFF 2.1 and gettext PO."""
