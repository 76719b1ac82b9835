"""Faults on purpose: rules that say which call, delivery, process or pipe goes wrong, and how."""
