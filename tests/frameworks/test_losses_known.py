"""Every loss that an installed library has is in its table, or listed here with the reason why not; layers and models too."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable

import pytest
from libraries import installed, listed

from losslint import frameworks
from losslint.frameworks.transformers import TASKS
from losslint.frameworks.vocabulary import Activate, Estimator, Loss

pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("ignore")]


def loss_like(name: str, member: object) -> bool:
    return re.search(r"[Ll]oss|entropy|kl_div|[Dd]ice(?!s)|_nll", name) is not None


def anything(name: str, member: object) -> bool:
    return True


def a_class(name: str, member: object) -> bool:
    return inspect.isclass(member)


def a_function(name: str, member: object) -> bool:
    return inspect.isfunction(member)


LOSSES: dict[str, Callable[[str, object], bool]] = {
    "torch.nn": loss_like,
    "torch.nn.functional": loss_like,
    "optax": loss_like,
    "optax.losses": anything,
    "keras.losses": anything,
    "keras.metrics": loss_like,
    "keras.ops": loss_like,
    "tensorflow.nn": loss_like,
    "tensorflow.losses": anything,
    "tensorflow.compat.v1.nn": loss_like,
    "tensorflow.compat.v1.losses": anything,
    "tf_keras.losses": anything,
    "tf_keras.backend": loss_like,
    "tf_slim.losses": anything,
    "timm.loss": anything,
    "segmentation_models_pytorch.losses": anything,
    "monai.losses": anything,
    "kornia.losses": anything,
    "torchvision.ops": loss_like,
    "sklearn.metrics": loss_like,
}
"""Modules with losses, and which of their members are to be known."""

NO_LOSS: dict[str, str] = {
    r".*\.(get|serialize|deserialize|Loss|Reduction)": "of the registry, or the base class",
    r"optax\.losses\.make_fenchel_young_loss": "makes a loss out of a function",
    r"optax\.(losses\.)?(ctc_loss\w*)": "no classification: CTC, whose arguments come with paddings",
    r"optax\.losses\.(cosine_\w+|ntxent|triplet_margin_loss|ranking_softmax_loss)": "compares embeddings, or ranks",
    r"keras\.ops\.ctc_loss": "no classification: CTC",
    r"tensorflow\.compat\.v1\.nn\.ctc_loss_v2": "no classification: CTC",
    r"tensorflow\.(compat\.v1\.)?nn\.(l2_loss|compute_average_loss|scale_regularization_loss)": "takes no labels",
    r"tensorflow\.compat\.v1\.losses\.(add_loss|compute_weighted_loss|get_\w+)": "takes no predictions",
    r"tf_slim\.losses\.(add_loss|compute_weighted_loss|get_\w+)": "takes no predictions",
    r"tf_slim\.losses\.(cluster|contrastive|lifted_struct|npairs|triplet_semihard)_loss\w*": "compares embeddings",
    r"timm\.loss\.(\w+_class_weights|load_class_stats)": "weights",
    r"timm\.loss\.create_classification_loss": "makes one of the others, as its arguments say",
    r"timm\.loss\.(TwoWayLoss|ZlprLoss)": "ranks the classes: applies no activation of its own",
    r"monai\.losses\.(BarlowTwins|Contrastive|Perceptual|PatchAdversarial|SURE|SSIM|Jukebox)Loss": "of images, no labels",
    r"monai\.losses\.(BendingEnergy|Diffusion|GlobalMutualInformation|LocalNormalizedCrossCorrelation)Loss": (
        "of registration, no labels"
    ),
    r"monai\.losses\.(BoxGIoULoss|giou)": "of boxes",
    r"monai\.losses\.(MaskedLoss|MultiScaleLoss)": "makes another loss out of one",
    r"monai\.losses\.AUCMLoss": "squares differences: applies no activation, takes any scale",
    r"monai\.losses\.AsymmetricUnifiedFocalLoss": "its documentation says logits, its code takes probabilities",
    r"monai\.losses\.(Dice|dice_ce|dice_focal|generalized_dice\w*|generalized_wasserstein_dice)": (
        "another name; too common a word to select files by"
    ),
    r"kornia\.losses\.(Cauchy|Charbonnier|GemanMcclure|Welsch|SSIM|SSIM3D|MS_SSIM|PSNR|InverseDepthSmoothness)Loss": (
        "compares images"
    ),
    r"kornia\.losses\.((cauchy|charbonnier|geman_mcclure|welsch|ssim|ssim3d|psnr)_loss|inverse_depth_smoothness_loss)": (
        "compares images"
    ),
    r"kornia\.losses\.(\w*MI(Loss|Kernel)\w*|\w*mutual_information\w*|TotalVariation|total_variation|one_hot)": (
        "of registration, or no loss"
    ),
    r"kornia\.losses\.(kl_div_loss_2d|js_div_loss_2d)": "of heatmaps: takes distributions on both sides",
    r"kornia\.losses\.HausdorffERLoss(3D)?": "a distance of masks",
    r"torchvision\.ops\.\w+_iou_loss": "of boxes",
    r"sklearn\.metrics\.(hamming_loss|zero_one_loss)": "takes decisions",
    r"sklearn\.metrics\.hinge_loss": "takes decision_function's values",
    r"sklearn\.metrics\.(brier_score_loss|label_ranking_loss|d2_log_loss_score|\w*pinball_loss)": "no rule of the catalogue",
}


def members(module: str, wanted: Callable[[str, object], bool]) -> list[str]:
    if not installed(module.partition(".")[0]):
        return []
    try:
        found: object = importlib.import_module(module)
    except ModuleNotFoundError:  # `tensorflow.losses` is an attribute
        parent, _, last = module.rpartition(".")
        found = getattr(importlib.import_module(parent), last)
    named = ((name, getattr(found, name)) for name in dir(found) if not name.startswith("_"))
    return [f"{module}.{name}" for name, member in named if callable(member) and wanted(name, member)]


@pytest.fixture(scope="session")
def losses(torchvision_imports: None) -> list[str]:
    return [name for module, wanted in LOSSES.items() for name in members(module, wanted)]


def test_every_loss_is_known_or_listed(losses: list[str]) -> None:
    unknown = [n for n in losses if frameworks.lookup(n) is None and listed(n, NO_LOSS) is None]
    assert unknown == []


def test_no_loss_is_listed_that_is_known(losses: list[str]) -> None:
    assert [n for n in losses if frameworks.lookup(n) is not None and listed(n, NO_LOSS) is not None] == []


def test_every_reason_is_needed(losses: list[str]) -> None:
    needed = {pattern for n in losses for pattern in NO_LOSS if re.fullmatch(pattern, n)}
    if not losses:
        pytest.skip("none of the libraries is installed")
    here = [p for p in NO_LOSS if p.startswith(".*") or installed(re.split(r"\\|\(", p)[0])]
    assert [pattern for pattern in here if pattern not in needed] == []


def test_a_loss_that_nobody_knows_would_be_noticed() -> None:
    assert frameworks.lookup("torch.nn.NewLoss") is None
    assert listed("torch.nn.NewLoss", NO_LOSS) is None
    assert loss_like("NewLoss", object) and loss_like("new_loss", object)


# --------------------------------------------------------------------------------------------------- layers and models

LAYERS: dict[str, Callable[[str, object], bool]] = {
    "torch.nn": a_class,
    "keras.layers": a_class,
    "keras.activations": a_function,
    "keras.applications": a_function,
    "jax.nn": a_function,
    "torchvision.models": a_function,
    "torchvision.models.video": a_function,
    "torchvision.models.segmentation": a_function,
    "segmentation_models_pytorch": a_class,
}

NO_LAYER: dict[str, str] = {
    r"torch\.nn\.(Module|Container|Parameter\w*|Buffer|Uninitialized\w+|RNNBase|RNNCellBase)": "bases and parameters",
    r"torch\.nn\.(LinearCrossEntropyOptions|factory_kwargs)": "options",
    r"torch\.nn\.(FractionalMaxPool|MaxUnpool)\dd": "pooling with indices: unknown afterwards",
    r"keras\.layers\.(Layer|Wrapper|InputSpec|\w+Cell|StackedRNNCells)": "bases and cells",
    r"keras\.layers\.(Random\w+|RandAugment|AugMix|AutoContrast|CutMix|MixUp|Equalization|Solarization)": "of images",
    r"keras\.layers\.(CenterCrop|Pipeline|MaxNumBoundingBoxes|ContrastLimited\w+)": "of images",
    r"keras\.layers\.(\w+Lookup|TextVectorization|Hashing|HashedCrossing|Discretization|CategoryEncoding)": "of data",
    r"keras\.layers\.(MelSpectrogram|STFTSpectrogram)": "of sounds",
    r"keras\.layers\.(FlaxLayer|JaxLayer|TFSMLayer|TorchModuleWrapper)": "runs another framework's layer",
    r"keras\.layers\.(GroupQueryAttention|ReversibleEmbedding)": "attention: unknown afterwards",
    r"keras\.activations\.(get|serialize|deserialize)": "of the registry",
    r"jax\.nn\.(\w*dot_product\w*|scaled_\w+|get_scaled\w+|log1mexp|logmeanexp|logsumexp)": "no activation",
    r"torchvision\.models\.(list_models|get_\w+)": "of the registry",
}


@pytest.fixture(scope="session")
def layers(torchvision_imports: None) -> list[str]:
    return [name for module, wanted in LAYERS.items() for name in members(module, wanted)]


def test_every_layer_is_known_or_listed(layers: list[str]) -> None:
    assert [n for n in layers if frameworks.lookup(n) is None and listed(n, NO_LAYER) is None] == []


# --------------------------------------------------------------------------------------------------------- transformers


@pytest.mark.parametrize("task", sorted(TASKS))
def test_transformers_models_give_the_fields_that_the_table_says(task: str) -> None:
    """What a task's models return has a field `logits`, where the table says so; one annotation in ten may be wrong."""
    if not installed("transformers"):
        pytest.skip("transformers isn't installed")
    assert TASKS[task].outputs == "logits-field"
    transformers = importlib.import_module("transformers")
    names = [name for name in dir(transformers) if re.fullmatch(rf"[A-Z]\w*?(For)?{task}", name)]
    models = [model for name in names if hasattr(model := getattr(transformers, name), "forward")]
    auto = getattr(transformers, f"AutoModelFor{task}", None)
    if auto is not None:
        models += [model[0] if isinstance(model, tuple) else model for model in auto._model_mapping.values()]
    with_logits = [has_logits(model) for model in models]
    assert with_logits.count(True) >= 0.9 * len(with_logits) > 0, [
        model.__name__ for model, has in zip(models, with_logits, strict=True) if not has
    ]


def has_logits(model: Callable[..., object]) -> bool:
    returned = str(inspect.signature(model.forward).return_annotation)
    for output in re.findall(r"\w+Output\w*", returned):
        for module in ("transformers.modeling_outputs", model.__module__):
            found = getattr(importlib.import_module(module), output, None)
            if found is not None:
                return "logits" in found.__dataclass_fields__
    return False


def test_what_is_a_loss_in_the_table_is_none_of_its_activations() -> None:
    for name, api in frameworks.TABLE.items():
        if name.rpartition(".")[2].endswith("Loss"):
            assert isinstance(api.effect, Loss) or not isinstance(api.effect, Activate), name


# --------------------------------------------------------------------------------------------------------- scikit-learn

SEVERAL_OUTPUTS = ("ClassifierChain", "MultiOutputClassifier")
"""Their `predict_proba` gives a list, and `log_loss` takes none of it."""


def classifiers() -> list[tuple[str, type]]:
    if not installed("sklearn"):
        return []
    from sklearn.utils import all_estimators

    return [(name, cls) for name, cls in all_estimators(type_filter="classifier") if name not in SEVERAL_OUTPUTS]


@pytest.mark.parametrize(("name", "cls"), classifiers())
def test_scikit_learns_classifiers_are_known(name: str, cls: type) -> None:
    api = frameworks.lookup(f"{cls.__module__}.{name}")
    assert api is not None
    assert isinstance(api.effect, Estimator)
    try:
        made = cls()
    except TypeError:
        return  # it is made around another one
    if api.effect.around is None:
        assert hasattr(made, "predict_proba") == api.effect.probabilities
