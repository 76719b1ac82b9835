"""What a change may cost: classes, each with the sentence that says what would happen.

The rules are tables by resource type (``endings``, ``limits``, ``switches``) and, where a value
has to be understood, a module for it: documents of permissions, Snowflake, ageing, secrets.
"""

from review.risks.judgement import risks_of

__all__ = ["risks_of"]
