"""The editions of the standard that a scenario can be packaged for, by name."""

from scormkit.editions import scorm12, scorm2004

EDITIONS = {edition.name: edition for edition in (scorm12.EDITION, *scorm2004.EDITIONS)}
