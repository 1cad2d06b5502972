"""Files are replaced whole or stay as they were, and content is known by its fingerprint."""

import errno
import hashlib
import os

import pytest

from data.files import fingerprint, replacing, sha256, write_text


def test_text_is_replaced_whole(tmp_path):
    path = write_text("one", tmp_path / "t.txt")
    write_text("two", path)
    assert path.read_text() == "two"
    assert os.listdir(tmp_path) == ["t.txt"]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    path = write_text("one", tmp_path / "new" / "t.txt")

    def fail():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise OSError(errno.ENOSPC, "disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert path.read_text() == "one"
    assert os.listdir(path.parent) == ["t.txt"]


def test_fingerprint_follows_the_content_and_not_the_order():
    assert fingerprint({"a": 1, "b": {"c": 2}}) == fingerprint({"b": {"c": 2}, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})


def test_fingerprints_of_stored_results_stay_what_they_are():
    """A change here would make every stored fit, piece and unfinished campaign useless."""
    assert fingerprint({"b": [1, 2.5], "a": "x"}) == hashlib.sha256(b'{"a": "x", "b": [1, 2.5]}').hexdigest()


def test_sha256_is_that_of_the_bytes(tmp_path):
    (tmp_path / "t").write_bytes(b"a\r\nb")
    assert sha256(tmp_path / "t") == hashlib.sha256(b"a\r\nb").hexdigest()
