"""Adapters for the AWS resource types that a Tarn program uses, on the local cloud's AWS."""
