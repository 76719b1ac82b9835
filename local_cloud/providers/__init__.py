"""The local cloud's Pulumi provider plugins: the framework, and the adapters for AWS and Snowflake.

Owns what happens between the Pulumi engine and a backend on this machine: decoding, checking,
comparing, calling. Knows nothing of the program that is deployed.
"""
