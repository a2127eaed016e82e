"""Words of a list in a text, however they are spelled.

Compatibility forms are one (full width, ligatures, circled letters), so are small and large letters and a letter with
and without an accent; what cannot be seen is not there. A word in Chinese, where nothing stands between words, is found
anywhere, even with something strewn in between; any other word has to stand alone, so that a list with "ass" does not
refuse "class", and may be spelled in single letters ("g.a.m.b.l.e").
"""

import re
import unicodedata

# Scripts without blanks between their words: Han, kana, Thai, Lao, Khmer, Burmese.
_WITHOUT_BLANKS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")


class Words:
    def __init__(self, words: tuple[str, ...]) -> None:
        self._anywhere = {_closed(word): word for word in words if _WITHOUT_BLANKS.search(word)}
        self._alone = {" ".join(_tokens(word)): word for word in words if not _WITHOUT_BLANKS.search(word)}

    def found(self, text: str) -> list[str]:
        """Those of the list that are in a text, as the list spells them."""
        closed, spaced = _closed(text), f" {' '.join(_tokens(text))} "
        return [word for form, word in self._anywhere.items() if form in closed] + [
            word for form, word in self._alone.items() if f" {form} " in spaced
        ]


def _plain(text: str) -> str:
    """Letters, digits and blanks: everything else that can be seen is a blank, and what cannot be seen is gone."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain: list[str] = []
    for character in folded:
        category = unicodedata.category(character)
        if category[0] in "LN":
            plain.append(character)
        elif category not in ("Mn", "Me", "Cf"):
            plain.append(" ")
    return unicodedata.normalize("NFC", "".join(plain))


def _closed(text: str) -> str:
    return _plain(text).replace(" ", "")


def _tokens(text: str) -> list[str]:
    """The words; single letters in a row are one."""
    tokens: list[str] = []
    spelled = False
    for token in _plain(text).split():
        if len(token) == 1 and spelled:
            tokens[-1] += token
        else:
            tokens.append(token)
        spelled = len(token) == 1
    return tokens
