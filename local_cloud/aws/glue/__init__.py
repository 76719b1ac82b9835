"""The local Glue service: a catalog that keeps its locks, jobs that run, workflows that wake."""
