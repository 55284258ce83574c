"""The chapters of the document, part by part; lrs/evidence/chapters.py has them in order."""
