"""What any package is and what is wrong with it: SCORM, cmi5 or xAPI, ours or not."""
