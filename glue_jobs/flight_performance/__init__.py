"""The flight_performance job: one row per flight, joined with all that describes it."""
