"""transformers: models whose output has the logits in a field.

Signatures are those of transformers 5; `**kwargs` stands for parameters that change nothing here.
"""

from __future__ import annotations

import functools
import re

from losslint.frameworks.vocabulary import Api, Model

TASKS: dict[str, Model] = {
    **{
        task: Model("logits-field", "num_labels", -1, 2)
        for task in ("SequenceClassification", "ImageClassification", "AudioClassification", "VideoClassification")
    },
    "TokenClassification": Model("logits-field", "num_labels", -1, 3),
    "SemanticSegmentation": Model("logits-field", "num_labels", 1, 4),
    "MultipleChoice": Model("logits-field", None, -1, 2),
    "AudioFrameClassification": Model("logits-field", "num_labels", -1, 3),
    "AudioXVector": Model("logits-field", None, -1, 2),
    "NextSentencePrediction": Model("logits-field", None, -1, 2),
    **{
        task: Model("logits-field", None, -1, 3) for task in ("CausalLM", "MaskedLM", "Seq2SeqLM", "LMHeadModel", "CTC")
    },
}
"""What a task's models give: the end of their classes' names, `BertForSequenceClassification`, `GPT2LMHeadModel`."""
_MADE = "pretrained_model_name_or_path=None, *model_args, config=None, num_labels=None, **kwargs"
_TRANSFORMERS: dict[tuple[str, bool], Api] = {
    (task, maker): Api(_MADE if maker else "config=None, *inputs, **kwargs", model, "input_ids=None, **kwargs")
    for task, model in TASKS.items()
    for maker in (True, False)
}


@functools.cache
def _hugging_face() -> re.Pattern[str]:
    return re.compile(
        rf"transformers\.(?:models\.\w+\.\w+\.)?[A-Z]\w*?(?:For)?(?P<task>{'|'.join(TASKS)})"
        r"(?P<maker>\.from_pretrained|\.from_config)?$"
    )


def by_pattern(name: str) -> Api | None:
    """The models of transformers, whose classes' names say what they give: any `…ForSequenceClassification`."""
    if not name.startswith("transformers."):
        return None
    found = _hugging_face().match(name)
    return _TRANSFORMERS.get((found["task"], found["maker"] is not None)) if found else None


TABLE: dict[str, Api] = {}
"""Its models are found by their names: see `by_pattern`."""
