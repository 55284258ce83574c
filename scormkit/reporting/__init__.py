"""What `check` found, in the forms that pipelines read."""
