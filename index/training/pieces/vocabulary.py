"""The student's tokenizer: the teacher's English pieces, kept, and pieces of the region's folded words beside them.

Folding is part of the tokenizer: lower case, no diacritics, Cyrillic and Greek in Latin letters. `finanțare` and
`finantare`, `пројекат` and `projekat` are the same pieces before the model sees them.
"""

from collections import Counter
from collections.abc import Sequence

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "ђ": "dj", "е": "e", "є": "je", "ж": "z",
    "з": "z", "ѕ": "dz", "и": "i", "і": "i", "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n",
    "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "c", "у": "u", "ф": "f", "х": "h",
    "ц": "c", "ч": "c", "џ": "dz", "ш": "s", "щ": "st", "ъ": "a", "ы": "y", "ь": "", "э": "e", "ю": "ju",
    "я": "ja", "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s",
    "τ": "t", "υ": "y", "φ": "f", "χ": "h", "ψ": "ps", "ω": "o", "đ": "dj", "ł": "l", "ø": "o", "æ": "ae",
    "œ": "oe", "ß": "ss", "ı": "i", "’": "'", "ʼ": "'",
}  # fmt: skip
"""What is left of the region's letters after decomposition and lower case, in Latin letters.

Unlike `knowledge.languages.fold` it leaves Latin letters as they are (`y`, `w`, `sh`), because English is read too.
"""

_LETTERS = 200

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
MAX_TOKENS = 256


def build(english: Tokenizer, texts: Sequence[str], size: int) -> Tokenizer:
    """Return a WordPiece tokenizer of `size` pieces: those of `english` in ASCII, then the commonest of `texts`."""
    kept = [piece for piece in _by_id(english) if piece.isascii() and not (piece[0] == "[" and len(piece) > 1)]
    vocabulary = {piece: number for number, piece in enumerate((*SPECIAL, *kept))}
    for piece in _learned(texts, size):
        if len(vocabulary) == size:
            break
        vocabulary.setdefault(piece, len(vocabulary))
    return _tokenizer(vocabulary)


def _learned(texts: Sequence[str], size: int) -> list[str]:
    """Return pieces of `texts` in the order in which they were learned: letters, then ever rarer joins."""
    learner = _tokenizer({piece: number for number, piece in enumerate(SPECIAL)})
    letters = _letters(learner, texts)
    # The trainer numbers letters within a word in no fixed order and joins equally common pairs by number; as special
    # pieces they have the same numbers each time, and so the same texts give the same vocabulary.
    first = [*SPECIAL, *(f"##{letter}" for letter in letters)]
    trainer = trainers.WordPieceTrainer(
        vocab_size=2 * size, min_frequency=5, special_tokens=first, initial_alphabet=letters,
        limit_alphabet=len(letters), show_progress=False,
    )  # fmt: skip
    learner.train_from_iterator(texts, trainer)
    return [piece for piece in _by_id(learner) if piece not in SPECIAL]


def _letters(tokenizer: Tokenizer, texts: Sequence[str]) -> list[str]:
    """Return the commonest letters and signs of the folded texts."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(tokenizer.normalizer.normalize_str(text))
    known = sorted((-count, letter) for letter, count in counts.items() if not letter.isspace())
    return sorted(letter for _, letter in known[:_LETTERS])


def _by_id(tokenizer: Tokenizer) -> list[str]:
    pieces = tokenizer.get_vocab()
    return sorted(pieces, key=lambda piece: pieces[piece])


def _tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKD(), normalizers.Lowercase(), normalizers.StripAccents()]
        + [normalizers.Replace(letter, latin) for letter, latin in LETTERS.items()]
        + [normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=False)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(piece, vocabulary.get(piece, 0)) for piece in ("[CLS]", "[SEP]")],
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
