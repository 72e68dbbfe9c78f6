"""Check the answers to the exercises; what is right, and what to say to typical wrong answers, is in helpers/texts/."""

from helpers.lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "findings": ["export_findings"],
        "grading": ["check_answer", "continue_with", "exercises"],
        "reports": ["hand_in", "progress"],
    },
)
