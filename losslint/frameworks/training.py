"""Trainers that bring a model and a loss together: ignite, skorch, fastai, MONAI's engines.

Signatures are those of ignite 0.5, skorch 1.0, fastai 2.7 and MONAI 1.6.
"""

from __future__ import annotations

from losslint.frameworks.vocabulary import Api, Learner

TABLE: dict[str, Api] = {
    "ignite.engine.create_supervised_trainer": Api(
        "model, optimizer, loss_fn, device=None, non_blocking=False, prepare_batch=None, model_transform=None, **kwargs",
        Learner("model", "loss_fn", unless=("model_transform",)),
    ),
    "skorch.NeuralNet": Api("module, criterion, *args, **kwargs", Learner("module", "criterion")),
    # skorch takes the logarithm for NLLLoss itself
    "skorch.NeuralNetClassifier": Api(
        "module, *args, criterion=None, **kwargs",
        Learner("module", "criterion", except_for=("torch.nn.NLLLoss",), estimator=True),
    ),
    "skorch.NeuralNetBinaryClassifier": Api(
        "module, *args, criterion=None, **kwargs", Learner("module", "criterion", estimator=True)
    ),
    "fastai.learner.Learner": Api("dls, model, loss_func=None, opt_func=None, **kwargs", Learner("model", "loss_func")),
    "monai.engines.SupervisedTrainer": Api(
        "device, max_epochs, train_data_loader, network, optimizer, loss_function, epoch_length=None, "
        "non_blocking=False, prepare_batch=None, iteration_update=None, **kwargs",
        Learner("network", "loss_function", unless=("prepare_batch", "iteration_update")),
    ),
}

NAMESPACES: dict[str, str] = {
    "skorch.net": "skorch",
    "skorch.classifier": "skorch",
    **{
        f"fastai.{part}": "fastai.learner"
        for part in ("vision.all", "tabular.all", "text.all", "basics", "basic_train")
    },
    "monai.engines.trainer": "monai.engines",
    "ignite.engine.engine": "ignite.engine",
}
"""Other names of the same modules."""
