"""Writes width_tables.inc: which code points take two terminal cells, and which take none.

    python3 report/make_width_tables.py > report/width_tables.inc

The classes come from the interpreter's Unicode database: wide are East_Asian_Width W and F
(UAX #11); without width are the general categories Mn, Me and Cf (except SOFT HYPHEN, which
terminals draw) and the conjoining Hangul vowels and finals, which combine with the letter before.
"""

import sys
import unicodedata

SOFT_HYPHEN = 0xAD
HANGUL_COMBINING = (range(0x1160, 0x1200), range(0xD7B0, 0xD800))
# Planes reserved for ideographs are wide even where nothing is assigned yet (UAX #11, section 5).
IDEOGRAPHIC = (range(0x20000, 0x2FFFE), range(0x30000, 0x3FFFE))


def is_zero(code):
    if code == SOFT_HYPHEN:
        return False
    if any(code in block for block in HANGUL_COMBINING):
        return True
    return unicodedata.category(chr(code)) in ("Mn", "Me", "Cf")


def is_wide(code):
    if is_zero(code):
        return False
    if any(code in block for block in IDEOGRAPHIC):
        return True
    return unicodedata.east_asian_width(chr(code)) in ("W", "F")


def ranges(predicate):
    first = None
    for code in range(0x80, 0x110000):
        if predicate(code):
            if first is None:
                first = code
        elif first is not None:
            yield first, code - 1
            first = None


def table(name, predicate):
    print(f"constexpr CodeRange {name}[] = {{")
    row = "   "
    for first, last in ranges(predicate):
        cell = f" {{0x{first:X}, 0x{last:X}}},"
        if len(row) + len(cell) > 100:
            print(row)
            row = "   "
        row += cell
    print(row)
    print("};")


def main():
    print(f"// Unicode {unicodedata.unidata_version}; written by report/make_width_tables.py. "
          "Do not edit.")
    print("// clang-format off")
    table("kZeroWidth", is_zero)
    table("kWide", is_wide)
    print("// clang-format on")


if __name__ == "__main__":
    sys.exit(main())
