"""The forms of files that entries come in.

To add a form of file: one module here that is a `table.Reader`, and one line in `importing/reading.py`.
"""
