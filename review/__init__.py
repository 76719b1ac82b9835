"""What a pull request does to the infrastructure: its risks, its cost, its contract changes."""
