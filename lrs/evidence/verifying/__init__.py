"""Says whether an evidence pack, or a sample drawn from one, is whole, as signed, and as sealed.

It travels in each pack as verify.py and needs nothing of the program that wrote it: Python 3.9 or
newer and the package "cryptography". It opens no network connection and writes no file beside
temporary ones.

    python verify.py pack.zip --key key.pub
    python verify.py pack.zip --key key.pub --previous last-year.zip
    python verify.py sample.zip --key key.pub --pack pack.zip

verify.py is one file, however long, because it is handed on as one: nobody has to trust, or to
find, a second. Its parts stand in the order in which they are needed, under a line each that says
what they are for: zips and files, keys and the log's proofs, manifest and seal, sheets, samples,
the command.

Each check is a line. Exit status: 0 all is well, 1 something is not, 2 it was called wrongly or
there is nothing to look at.
"""
# /// script
# requires-python = ">=3.9"
# dependencies = ["cryptography"]
# ///
