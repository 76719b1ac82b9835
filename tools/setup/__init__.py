"""Sets a checkout up: packages, Pulumi engine, JRE, jars and the Lambda runtime.

Each part is a step with a stamp. A step runs when what it is made from changed, does its work
aside, and writes its stamp last, so a set-up that was interrupted goes on where it stopped.
"""
