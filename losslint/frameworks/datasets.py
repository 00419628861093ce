"""Data sets and loaders: torch.utils.data, torchvision.datasets, tf.data, Keras' folders of images, TensorFlow's catalogue.

What they give as labels, and how many classes there are. Signatures are those of torch 2.13, torchvision 0.28, TensorFlow 2.21,
Keras 3.15 and, for its ImageDataGenerator, tf_keras 2.21.
"""

from __future__ import annotations

from losslint.evaluation.values import Scale
from losslint.frameworks.vocabulary import Api, Batches, Catalogue, DataSet, Flow, Labelling, Parts, Slices, Splits

D = "torch.utils.data."
V = "torchvision.datasets."
T = "tensorflow.data.Dataset"
I = "keras.preprocessing.image."  # noqa: E741

# --------------------------------------------------------------------------------------------------------------- torch

_LOADER = (
    "dataset, batch_size=1, shuffle=None, sampler=None, batch_sampler=None, num_workers=0, collate_fn=None, "
    "pin_memory=False, drop_last=False, timeout=0, worker_init_fn=None, multiprocessing_context=None, generator=None, *, "
    "prefetch_factor=None, persistent_workers=False, pin_memory_device='', in_order=True"
)

TORCH: dict[str, Api] = {
    D + "DataLoader": Api(_LOADER, DataSet("loader"), ""),
    D + "TensorDataset": Api("*tensors", DataSet("tensors", "tensors"), ""),
    D + "Subset": Api("dataset, indices", DataSet("part"), ""),
    D + "ConcatDataset": Api("datasets", DataSet("together", "datasets"), ""),
    D + "random_split": Api("dataset, lengths, generator=None", Parts("dataset")),
}

# --------------------------------------------------------------------------------------------------------- torchvision

_TARGET = ("target_transform",)


def _images(classes: int | None, text: str, *unless: str) -> Api:
    return Api(text, DataSet("labelled", classes=classes, unless=(*_TARGET, *unless)), "")


_TRAIN = "root, train=True, transform=None, target_transform=None, download=False"
_SPLIT = "root, split='train', transform=None, target_transform=None, download=False"

TORCHVISION: dict[str, Api] = {
    **{V + name: _images(10, _TRAIN) for name in ("MNIST", "FashionMNIST", "KMNIST", "CIFAR10")},
    V + "CIFAR100": _images(100, _TRAIN),
    V + "USPS": _images(10, _TRAIN),
    V + "EMNIST": _images(None, "root, split, *, target_transform=None, **kwargs"),
    V + "SVHN": _images(10, _SPLIT),
    V + "STL10": _images(None, "root, split='train', folds=None, transform=None, target_transform=None, download=False"),
    V + "GTSRB": _images(43, _SPLIT),
    V + "PCAM": _images(2, _SPLIT),
    V + "DTD": _images(
        47, "root, split='train', partition=1, transform=None, target_transform=None, download=False, loader=None"
    ),
    V + "Food101": _images(101, f"{_SPLIT}, loader=None"),
    V + "Flowers102": _images(102, f"{_SPLIT}, loader=None"),
    V + "StanfordCars": _images(196, f"{_SPLIT}, loader=None"),
    V + "EuroSAT": _images(10, "root, transform=None, target_transform=None, download=False, loader=None"),
    V + "OxfordIIITPet": _images(
        37,
        "root, split='trainval', target_types='category', transforms=None, transform=None, target_transform=None, "
        "download=False",
        "target_types", "transforms",
    ),
    V + "ImageNet": _images(1000, "root, split='train', *, target_transform=None, **kwargs"),
    V + "ImageFolder": _images(
        None, "root, transform=None, target_transform=None, loader=None, is_valid_file=None, allow_empty=False"
    ),
    V + "DatasetFolder": _images(
        None,
        "root, loader, extensions=None, transform=None, target_transform=None, is_valid_file=None, allow_empty=False",
    ),
}  # fmt: skip

# ------------------------------------------------------------------------------------------------- Keras, from a folder

_ONE_HOT = Labelling(Scale.ONE_HOT, "float32", 2)
_GENERATED = (
    ("categorical", _ONE_HOT),
    ("binary", Labelling(Scale.INDICES, "float32", 1, n_classes=2)),
    ("sparse", Labelling(Scale.INDICES, "float32", 1)),
)
_READ = (
    ("int", Labelling(Scale.INDICES, "int32", 1)),
    ("categorical", _ONE_HOT),
    ("binary", Labelling(Scale.INDICES, "float32", 2, 1, 2)),
)
_FOLDER = Batches("label_mode", _READ, "class_names", "labels", "subset")
_IMAGES = Api(
    "directory, labels='inferred', label_mode='int', class_names=None, color_mode='rgb', batch_size=32, "
    "image_size=(256, 256), shuffle=True, seed=None, validation_split=None, subset=None, interpolation='bilinear', "
    "follow_links=False, crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, data_format=None, format='tf', "
    "verbose=True",
    _FOLDER,
)
_TEXTS = Api(
    "directory, labels='inferred', label_mode='int', class_names=None, batch_size=32, max_length=None, shuffle=True, "
    "seed=None, validation_split=None, subset=None, follow_links=False, format='tf', verbose=True",
    _FOLDER,
)
_SOUNDS = Api(
    "directory, labels='inferred', label_mode='int', class_names=None, batch_size=32, sampling_rate=None, "
    "output_sequence_length=None, ragged=False, shuffle=True, seed=None, validation_split=None, subset=None, "
    "follow_links=False, verbose=True",
    _FOLDER,
)

FOLDERS: dict[str, Api] = {
    "keras.utils.image_dataset_from_directory": _IMAGES,
    "keras.utils.text_dataset_from_directory": _TEXTS,
    "keras.utils.audio_dataset_from_directory": _SOUNDS,
    "keras.preprocessing.image_dataset_from_directory": _IMAGES,
    "keras.preprocessing.text_dataset_from_directory": _TEXTS,
    I + "ImageDataGenerator": Api("**kwargs", DataSet("generator"), ""),
}

# ------------------------------------------------------------------------------------------------------------- tf.data

TF_DATA: dict[str, Api] = {
    T: Api("*arguments", DataSet("given"), ""),
    T + ".from_tensor_slices": Api("tensors, name=None", Slices("tensors")),
    T + ".from_tensors": Api("tensors, name=None", Slices("tensors", whole=True)),
    T + ".zip": Api("*datasets", Slices("datasets", zip=True)),
}

_CATALOGUE = Catalogue((
    ("mnist", 10), ("fashion_mnist", 10), ("kmnist", 10), ("cifar10", 10), ("cifar100", 100), ("svhn_cropped", 10),
    ("cats_vs_dogs", 2), ("horses_or_humans", 2), ("rock_paper_scissors", 3), ("beans", 3), ("tf_flowers", 5),
    ("oxford_flowers102", 102), ("food101", 101), ("eurosat", 10), ("malaria", 2), ("imdb_reviews", 2), ("ag_news_subset", 4),
    ("stl10", 10), ("imagenette", 10), ("stanford_dogs", 120), ("deep_weeds", 9), ("colorectal_histology", 8),
))  # fmt: skip

CATALOGUE: dict[str, Api] = {
    "tensorflow_datasets.load": Api(
        "name, *, split=None, data_dir=None, batch_size=None, shuffle_files=False, download=True, as_supervised=False, "
        "decoders=None, read_config=None, with_info=False, builder_kwargs=None, download_and_prepare_kwargs=None, "
        "as_dataset_kwargs=None, try_gcs=False",
        _CATALOGUE,
    )
}

_DIGITS = Api(
    "train_dir, fake_data=False, one_hot=False, dtype='float32', reshape=True, validation_size=5000, seed=None, "
    "source_url=None",
    Splits(10, unless=("fake_data",)),
)

DIGITS: dict[str, Api] = {
    "tensorflow.examples.tutorials.mnist.input_data.read_data_sets": _DIGITS,
    "tensorflow.contrib.learn.datasets.mnist.read_data_sets": _DIGITS,
}
"""TensorFlow 1.15's own reader of MNIST, which its tutorials had."""

TABLE: dict[str, Api] = {**TORCH, **TORCHVISION, **FOLDERS, **TF_DATA, **CATALOGUE, **DIGITS}

OBJECT_METHODS: dict[str, Api] = {
    I + "ImageDataGenerator.flow_from_directory": Api(
        "directory, target_size=(256, 256), color_mode='rgb', classes=None, class_mode='categorical', **kwargs",
        Batches("class_mode", _GENERATED, "classes"),
    ),
    I + "ImageDataGenerator.flow_from_dataframe": Api(
        "dataframe, directory=None, x_col='filename', y_col='class', weight_col=None, target_size=(256, 256), "
        "color_mode='rgb', classes=None, class_mode='categorical', **kwargs",
        Batches("class_mode", _GENERATED, "classes"),
    ),
    I + "ImageDataGenerator.flow": Api("x, y=None, **kwargs", Flow()),
}
"""Methods of an object that a library's class made, without its `self`."""

NAMESPACES: dict[str, str] = {
    "torch.utils.data.dataloader": "torch.utils.data",
    "torch.utils.data.dataset": "torch.utils.data",
    **{
        f"torchvision.datasets.{module}": "torchvision.datasets"
        for module in ("mnist", "cifar", "folder", "svhn", "stl10", "usps", "imagenet")
    },
    "keras.legacy.preprocessing.image": "keras.preprocessing.image",
    "keras_preprocessing.image": "keras.preprocessing.image",
    "keras.preprocessing.image_dataset": "keras.preprocessing",
    "keras.preprocessing.text_dataset": "keras.preprocessing",
    "tensorflow.python.data.ops.dataset_ops": "tensorflow.data",
    "tensorflow.python.data": "tensorflow.data",
    "tensorflow.data.experimental.Dataset": "tensorflow.data.Dataset",
}
"""Other names of the same modules."""
