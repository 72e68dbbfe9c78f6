"""Check the answers to the exercises; what is right, and what to say to typical wrong answers, is in helpers/texts/."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, submod_attrs={"grading": ["check_answer", "continue_with", "exercises"]}
)
