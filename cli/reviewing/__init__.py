"""Runs a review: clean copies of two commits, a throw-away local cloud, the real engine.

What the results mean is judged in review/.
"""
