"""Whether every sheet of a workbook, converted to CSV, says what the CSV file of a pack says.

python3 sheets.py PACK SHEETS; a sheet and its file are matched by the names of their columns.
"""

import csv
import pathlib
import sys

pack, sheets = (pathlib.Path(name) for name in sys.argv[1:3])


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


converted = {tuple(rows[0]): rows for rows in map(read, sheets.glob("*.csv")) if rows}
wrong = 0
files = sorted(pack.glob("*.csv"))
for path in files:
    expected = read(path)
    width = len(expected[0])
    found = converted.get(tuple(expected[0]), [])
    # Blank cells at the end of a row are not written by the other program.
    found = [row + [""] * (width - len(row)) for row in found]
    if found != expected:
        wrong += 1
        pairs = (pair for pair in zip(expected, found) if pair[0] != pair[1])
        print(f"{path.name}: {len(expected)} rows, {len(found)} in the workbook; {next(pairs, '')}")
print(f"{len(files)} tables, {wrong} differ from the workbook")
sys.exit(1 if wrong or not files else 0)
