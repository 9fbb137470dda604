"""Numbers written in Chinese numerals."""

from __future__ import annotations

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "○": 0}
_POWERS = {"十": 10, "百": 100, "千": 1000}
NUMERALS = "".join(char for char in _DIGITS if char != "○") + "".join(_POWERS)  # a circle is a bullet in running text


def counted(numerals: str) -> int | None:
    """Return the number that numerals say with their powers (一百零四), None for what is a list (一二)."""
    total, digit = 0, -1
    for char in numerals:
        if char in _POWERS:
            total += (1 if digit < 0 else digit) * _POWERS[char]
            digit = -1
        elif digit > 0:
            return None
        else:
            digit = _DIGITS[char]
    return total + max(digit, 0)


def spelled(numerals: str) -> int | None:
    """Return the number that numerals say with their powers or digit by digit (一〇四), None for neither (二二十)."""
    if any(char in _POWERS for char in numerals):
        return counted(numerals)
    return int("".join(str(_DIGITS[char]) for char in numerals))
