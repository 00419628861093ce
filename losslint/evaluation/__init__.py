"""The abstract interpreter: values, conditions, the evaluator, and what it observes."""
