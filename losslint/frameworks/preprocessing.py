"""Labels out of names and numbers: scikit-learn's encoders, splits and data sets, pandas' dummies and tables out of files.

Signatures are those of scikit-learn 1.9 and pandas 3.0, `**kwargs` standing for parameters that change nothing here.
"""

from __future__ import annotations

from losslint.evaluation.values import Scale
from losslint.frameworks.vocabulary import Api, Columns, DataSet, Encode, Fit, LabelledData, Parts

P = "sklearn.preprocessing."
S = "sklearn.datasets."

_OBJECT = DataSet("encoder")


def _encoder(text: str) -> Api:
    return Api(text, _OBJECT, "")


ENCODERS: dict[str, Api] = {
    P + "LabelEncoder": _encoder(""),
    P + "OneHotEncoder": Api(
        "*, categories='auto', drop=None, sparse_output=True, dtype='float64', handle_unknown='error', "
        "min_frequency=None, max_categories=None, feature_name_combiner='concat'",
        _OBJECT,
        "",
        (("sparse", "sparse_output"),),
    ),
    P + "OrdinalEncoder": _encoder("*, categories='auto', dtype='float64', **kwargs"),
    P + "LabelBinarizer": _encoder("*, neg_label=0, pos_label=1, sparse_output=False"),
    P + "MultiLabelBinarizer": _encoder("*, classes=None, sparse_output=False"),
}

_INDICES = Encode(Scale.INDICES, "int64", rank=1)
_ONE_HOT = Encode(Scale.ONE_HOT, "float64", "X", rank=2, column=True, dtype_argument="dtype", unless=("drop",))
_ORDINAL = Encode(Scale.INDICES, "float64", "X", rank=2, column=True, dtype_argument="dtype")
_BINARIZED = Encode(Scale.ONE_HOT, "int64", rank=2, binary=True, unless=("neg_label", "pos_label"))
_MULTI = Encode(Scale.MULTI_HOT, "int64", rank=2)

OBJECT_METHODS: dict[str, Api] = {
    **{
        f"{P}{cls}.{method}": Api(f"{effect.input}, y=None" if effect.input == "X" else effect.input, effect)
        for cls, effect in (
            ("LabelEncoder", _INDICES),
            ("OneHotEncoder", _ONE_HOT),
            ("OrdinalEncoder", _ORDINAL),
            ("LabelBinarizer", _BINARIZED),
            ("MultiLabelBinarizer", _MULTI),
        )
        for method in ("transform", "fit_transform")
    },
    **{
        f"{P}{cls}.fit": Api("*arguments, **kwargs", Fit())
        for cls in ("LabelEncoder", "OneHotEncoder", "OrdinalEncoder", "LabelBinarizer", "MultiLabelBinarizer")
    },
}
"""Methods of an object that a library's class made, without its `self`."""

FUNCTIONS: dict[str, Api] = {
    P + "label_binarize": Api(
        "y, *, classes, neg_label=0, pos_label=1, sparse_output=False",
        Encode(Scale.ONE_HOT, "int64", rank=2, classes="classes", binary=True, unless=("neg_label", "pos_label")),
    ),
    "sklearn.model_selection.train_test_split": Api(
        "*arrays, test_size=None, train_size=None, random_state=None, shuffle=True, stratify=None", Parts(times=2)
    ),
    "sklearn.utils.shuffle": Api("*arrays, random_state=None, n_samples=None", Parts()),
    "pandas.get_dummies": Api(
        "data, prefix=None, prefix_sep='_', dummy_na=False, columns=None, sparse=False, drop_first=False, dtype=None",
        Encode(
            Scale.ONE_HOT, "bool", "data", rank=2, column=True, dtype_argument="dtype",
            unless=("dummy_na", "columns", "drop_first"),
        ),
    ),
    "pandas.factorize": Api(
        "values, sort=False, use_na_sentinel=True, size_hint=None", Encode(Scale.INDICES, "int64", "values", 1, first=True)
    ),
}  # fmt: skip

_BUNCH = "*, return_X_y=False, as_frame=False"

DATASETS: dict[str, Api] = {
    **{
        S + name: Api(text, LabelledData(1, "bunch", classes, "int64", 2))
        for name, classes, text in (
            ("load_iris", 3, _BUNCH),
            ("load_wine", 3, _BUNCH),
            ("load_breast_cancer", 2, _BUNCH),
            ("load_digits", "n_class", "*, n_class=10, return_X_y=False, as_frame=False"),
        )
    },
    S + "make_classification": Api(
        "n_samples=100, n_features=20, *, n_informative=2, n_redundant=2, n_repeated=0, n_classes=2, "
        "return_X_y=True, **kwargs",
        LabelledData(1, "pair", "n_classes", "int64", 2, ("return_X_y",)),
    ),
    S + "make_blobs": Api(
        "n_samples=100, n_features=2, *, centers=None, cluster_std=1.0, center_box=(-10.0, 10.0), shuffle=True, "
        "random_state=None, return_centers=False",
        LabelledData(1, "pair", "centers", "int64", 2, ("return_centers",)),
    ),
    S + "make_moons": Api(
        "n_samples=100, *, shuffle=True, noise=None, random_state=None", LabelledData(1, "pair", 2, "int64", 2)
    ),
    S + "make_circles": Api(
        "n_samples=100, *, shuffle=True, noise=None, random_state=None, factor=0.8",
        LabelledData(1, "pair", 2, "int64", 2),
    ),
}

_FRAME, _FLAT = Columns("frame"), Columns("flat")

TABLES: dict[str, Api] = {
    **{
        f"pandas.{name}": Api(f"{first}, **kwargs", _FRAME)
        for name, first in (
            ("read_csv", "filepath_or_buffer"), ("read_table", "filepath_or_buffer"), ("read_fwf", "filepath_or_buffer"),
            ("read_parquet", "path"), ("read_feather", "path"),
        )
    },
    "pandas.DataFrame": Api("data=None, index=None, columns=None, dtype=None, copy=None", _FRAME),
    "pandas.Series": Api("data=None, index=None, dtype=None, name=None, copy=None", Columns("series")),
    "numpy.loadtxt": Api("fname, **kwargs", _FLAT),
    "numpy.genfromtxt": Api("fname, **kwargs", _FLAT),
}  # fmt: skip

TABLE: dict[str, Api] = {**ENCODERS, **FUNCTIONS, **DATASETS, **TABLES}

NAMESPACES: dict[str, str] = {
    "sklearn.preprocessing.label": "sklearn.preprocessing",
    "sklearn.preprocessing._label": "sklearn.preprocessing",
    "sklearn.preprocessing._encoders": "sklearn.preprocessing",
    "sklearn.cross_validation": "sklearn.model_selection",
    "sklearn.datasets.samples_generator": "sklearn.datasets",
    "pandas.core.reshape.reshape": "pandas",
}
"""Other names of the same modules."""
