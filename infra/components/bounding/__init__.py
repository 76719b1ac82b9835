"""What no role of the platform may exceed."""
