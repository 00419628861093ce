"""The proofs: a module for each rule, named as the rule is, and one for the article's programs. CONTRIBUTING.md says how."""
