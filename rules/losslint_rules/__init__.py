"""The rules that losslint comes with: one file a rule, and a few modules named for what several rules share."""
