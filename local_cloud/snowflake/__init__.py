"""The laptop's Snowflake: objects, roles and events of an account around fakesnow's engine."""
