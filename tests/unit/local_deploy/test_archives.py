import io
import zipfile
from pathlib import Path

from local.deploy.archives import zip_bytes


def _content(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return {name: source.read(name) for name in source.namelist()}


def test_a_zip_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "code.zip").write_bytes(b"zip")
    assert zip_bytes({"path": str(tmp_path / "code.zip")}) == b"zip"


def test_a_folder_is_zipped_with_what_is_below_it(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").write_text("x = 1")
    (tmp_path / "app.py").write_text("y = 2")
    made = zip_bytes({"path": str(tmp_path)})
    assert _content(made) == {"app.py": b"y = 2", "package/module.py": b"x = 1"}
    assert made == zip_bytes({"path": str(tmp_path)})


def test_assets_are_placed_by_name(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "deep.py").write_text("d")
    (tmp_path / "file.py").write_text("f")
    assets = {
        "text.py": {"text": "t"},
        "file.py": {"path": str(tmp_path / "file.py")},
        "vendor": {"path": str(tmp_path / "lib")},
    }
    assert _content(zip_bytes({"assets": assets})) == {
        "text.py": b"t",
        "file.py": b"f",
        "vendor/deep.py": b"d",
    }
