"""The key pair of an installation: one service signs, the others verify with the public half."""

import json
from pathlib import Path

from chassis.auth import Identity, Tokens, local_keys, remote_keys
from deploy import keys

NURSE = Identity("s-1", "Perawat", "tarik2", frozenset({"nurse"}), frozenset({"anak"}))


async def test_what_registration_signs_the_others_verify_with_the_public_file(
    tmp_path: Path,
) -> None:
    assert keys.main([str(tmp_path / "private"), str(tmp_path / "public")]) == 0
    signer = Tokens(*local_keys(tmp_path / "private"), "alur", "alur", 5)
    public = tmp_path / "public" / "jwks.json"
    reader = Tokens(await remote_keys(str(public)), None, "alur", "alur", 5)
    assert reader.verify(signer.issue(NURSE)) == NURSE
    assert "d" not in json.loads(public.read_text())["keys"][0]


def test_a_key_that_is_there_is_kept(tmp_path: Path) -> None:
    def make() -> str:
        assert keys.main([str(tmp_path), str(tmp_path / "public")]) == 0
        return (tmp_path / "signing-key.json").read_text()

    assert make() == make()


def test_without_two_folders_nothing_is_made(tmp_path: Path) -> None:
    assert keys.main([str(tmp_path)]) == 2
    assert not list(tmp_path.iterdir())
