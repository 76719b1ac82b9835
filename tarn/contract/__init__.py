"""Contracts: what a dataset promises, compiled once and read by every box of the platform."""
