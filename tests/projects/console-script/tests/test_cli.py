from click.testing import CliRunner

from greenhouse.cli import main


def test_fallow_beds_are_left_out_on_request():
    result = CliRunner().invoke(main, ["--dry-only"])
    assert "tomato" in result.output
    assert "fallow" not in result.output
