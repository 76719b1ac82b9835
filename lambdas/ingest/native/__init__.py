"""The fast way from a file's bytes to typed columns: code in Zig, built by set-up into a library.

It accepts what is certainly right and names the cells it is not sure of; the law in Python judges
those and words what is wrong. Verdicts are equal by construction, and by test.
"""
