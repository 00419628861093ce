"""Training projects by the thousand, whose truth is known because they were built: three laws for each of them.

1. A right program is silent.
2. The same program with one misuse put in yields that rule at that place, and nothing else.
3. The fix gives a program that is silent, and that is a right one: its syntax tree is the one of a program that the generator
   builds, and calls right.

A program is a *specification* (`torch_projects.TorchProject` and its kin): a frozen dataclass, whose fields say which network,
output, loss, labels and plumbing between them it has, and which renders itself to source texts (`code`). It knows by its
table of scales, and not by the linter, whether it is right. A misuse (`misuses`) is a change of one fact of a right
specification, with the rule and the place that are to be found, and with the right specifications that a fix may lead to.

`laws` judges a program, `strategies` draws them with hypothesis, `python -m tests.generated` judges any number of them, counts,
and makes counter-examples small. What the engine is known not to see yet is in `limits`, by name.
"""
