"""Who may do what: pure functions from names to policy documents."""
