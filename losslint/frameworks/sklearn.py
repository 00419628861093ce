"""scikit-learn: classifiers and what is put around them, `log_loss`, and scorers; with other libraries' classifiers of its kind.

Signatures are those of scikit-learn 1.9, `**kwargs` standing for parameters that change nothing here. Names of parameters
that older versions have are `renamed`.
"""

from __future__ import annotations

from losslint.frameworks.vocabulary import Api, CrossPrediction, Estimator, Loss, Scorer, Wrap

_PREDICTS = Estimator()
_DECIDES = Estimator(probabilities=False)

_CLASSIFIERS = {
    "calibration": "CalibratedClassifierCV",
    "discriminant_analysis": "LinearDiscriminantAnalysis QuadraticDiscriminantAnalysis",
    "dummy": "DummyClassifier",
    "ensemble": "AdaBoostClassifier BaggingClassifier ExtraTreesClassifier GradientBoostingClassifier "
    "HistGradientBoostingClassifier RandomForestClassifier StackingClassifier",
    "gaussian_process": "GaussianProcessClassifier",
    "linear_model": "LogisticRegression LogisticRegressionCV",
    "multiclass": "OneVsRestClassifier",
    "naive_bayes": "BernoulliNB CategoricalNB ComplementNB GaussianNB MultinomialNB",
    "neighbors": "KNeighborsClassifier NearestCentroid RadiusNeighborsClassifier",
    "neural_network": "MLPClassifier",
    "semi_supervised": "LabelPropagation LabelSpreading",
    "tree": "DecisionTreeClassifier ExtraTreeClassifier",
}
_WITHOUT_PROBABILITIES = {
    "linear_model": "PassiveAggressiveClassifier Perceptron RidgeClassifier RidgeClassifierCV SGDClassifier",
    "multiclass": "OneVsOneClassifier OutputCodeClassifier",
    "semi_supervised": "SelfTrainingClassifier",
    "svm": "LinearSVC NuSVC SVC",
    "ensemble": "VotingClassifier",
}
"""Classifiers that have no `predict_proba`, or only as their arguments say."""

_TAKES = {
    "StackingClassifier": "estimators, **kwargs",
    "VotingClassifier": "estimators, **kwargs",
    "OneVsRestClassifier": "estimator, **kwargs",
    "OneVsOneClassifier": "estimator, **kwargs",
    "OutputCodeClassifier": "estimator, **kwargs",
}

_OTHERS = (
    "catboost.CatBoostClassifier", "keras.wrappers.scikit_learn.KerasClassifier", "lightgbm.LGBMClassifier",
    "scikeras.wrappers.KerasClassifier",
    "xgboost.XGBClassifier", "xgboost.XGBRFClassifier",
)  # fmt: skip
"""Classifiers of other libraries that keep scikit-learn's ways."""

_SEARCH = (("base_estimator", "estimator"),)
_AROUND = {
    "sklearn.model_selection.GridSearchCV": "estimator, param_grid, **kwargs",
    "sklearn.model_selection.RandomizedSearchCV": "estimator, param_distributions, **kwargs",
    "sklearn.model_selection.HalvingGridSearchCV": "estimator, param_grid, **kwargs",
    "sklearn.model_selection.HalvingRandomSearchCV": "estimator, param_distributions, **kwargs",
    "sklearn.model_selection.TunedThresholdClassifierCV": "estimator, **kwargs",
    "sklearn.model_selection.FixedThresholdClassifier": "estimator, **kwargs",
    "sklearn.feature_selection.RFE": "estimator, **kwargs",
    "sklearn.feature_selection.RFECV": "estimator, **kwargs",
}
_PROBABILITIES = Loss(
    "log_loss", "probabilities", "score", "indices", "sklearn", input="y_proba", target="y_true", class_axis=-1
)

TABLE: dict[str, Api] = {
    **{
        f"sklearn.{module}.{name}": Api(_TAKES.get(name, "**kwargs"), effect)
        for group, effect in ((_CLASSIFIERS, _PREDICTS), (_WITHOUT_PROBABILITIES, _DECIDES))
        for module, names in group.items()
        for name in names.split()
    },
    **{name: Api("**kwargs", _PREDICTS) for name in _OTHERS},
    **{name: Api(text, Estimator(around="estimator"), None, _SEARCH) for name, text in _AROUND.items()},
    "sklearn.pipeline.Pipeline": Api("steps, **kwargs", Estimator(around="steps")),
    "sklearn.pipeline.make_pipeline": Api("*steps, **kwargs", Estimator(around="steps")),
    "imblearn.pipeline.Pipeline": Api("steps, **kwargs", Estimator(around="steps")),
    "imblearn.pipeline.make_pipeline": Api("*steps, **kwargs", Estimator(around="steps")),
    "sklearn.base.clone": Api("estimator, **kwargs", Wrap("estimator")),
    "sklearn.metrics.log_loss": Api(
        "y_true, y_proba=None, *, normalize=True, sample_weight=None, labels=None, y_pred='deprecated'",
        _PROBABILITIES,
        renamed=(("y_pred", "y_proba"), ("y_prob", "y_proba")),
    ),
    "sklearn.metrics.make_scorer": Api(
        "score_func, *, response_method='predict', greater_is_better=True, **kwargs", Scorer("score_func", "response_method")
    ),
    "sklearn.model_selection.cross_val_predict": Api(
        "estimator, X, y=None, *, method='predict', **kwargs", CrossPrediction("estimator", "method")
    ),
}  # fmt: skip
