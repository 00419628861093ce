"""A linter for the losses of classifiers: what does each loss expect, and what does it get?"""

__version__ = "0.1.0"
