"""The facts that the infrastructure, the functions and the jobs must agree on.

This package ships inside the function's archive and the jobs' library, so nothing here
imports boto3, pulumi, YAML or pydantic when it is imported.
"""
