"""Snowflake: compute and access, trust with AWS, what it loads, what it serves."""
