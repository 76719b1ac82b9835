"""The laptop's AWS and Snowflake: a deployment target for the Pulumi program. Never deployed."""
