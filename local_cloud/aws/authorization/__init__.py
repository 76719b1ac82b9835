"""Permissions: who asks, for which actions on which resources, and what the policies say."""
