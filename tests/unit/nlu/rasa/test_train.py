import subprocess
import sys

from nlu.rasa.train import SOURCES, made_from


def test_all_code_that_makes_the_training_data_counts() -> None:
    program = "import sys, nlu.training_data; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True)
    packages = {name.partition(".")[0] for name in SOURCES}
    imported = [name for name in ran.stdout.split() if name.partition(".")[0] in packages and name not in packages]
    assert "nlu.extraction.lookups" in imported
    for module in imported:
        package, _, rest = module.partition(".")
        place = rest.replace(".", "/")
        assert any(f"{place}.py" == name or f"{place}/".startswith(f"{name}/") for name in SOURCES[package]), module


def test_it_is_the_same_as_long_as_nothing_changes() -> None:
    assert made_from() == made_from()
    assert len(made_from()) == 16
