"""The Pulumi program: one definition of the platform, for AWS and for the local cloud alike."""
