"""A text that knows its English: for data every room shows, such as the names of drugs."""


class Bilingual(str):
    """Indonesian wherever a plain text is wanted; `said` gives the reader's language."""

    english: str

    def __new__(cls, text: str, english: str) -> "Bilingual":
        made = super().__new__(cls, text)
        made.english = english
        return made

    def said(self, language: str) -> str:
        return self.english if language == "en" else str(self)
