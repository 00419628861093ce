"""The instruments of the proofs: what runs the fixtures on the real frameworks and measures what they do there.

`proof` says what a proof is; `laboratory` is what a proof is handed; `on_torch`, `on_keras` and `on_jax` note what reaches the
losses of a framework; `reference` is what the losses ought to be, in plain NumPy; `bench` runs proofs in processes of
their own; `texts` and `claims` compare the numbers that rules tell people with the measured ones.

Only `proof`, `bench`, `texts` and `claims` are imported by the test run itself, which needs no framework for them.
"""
