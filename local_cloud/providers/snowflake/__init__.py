"""The local `snowflake` provider: the SQL that the real one issues, against the local Snowflake."""
