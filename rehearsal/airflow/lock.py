"""Writes the lock files: `python lock.py 3.3.2 3.3.1`, in an environment that has the packages `uv` and `packaging`.
Whatever else is from PyPI is locked in the same way: `python lock.py test/scan/requirements.in`.

uv resolves; what is kept here are the hashes of what can be installed on the rehearsal's machines (Linux, x86-64 or Arm,
CPython 3.11 to 3.13), a tenth of those that exist. A release that has no such wheel is kept as source.
"""

import itertools
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import parse_wheel_filename

HERE = Path(__file__).parent
PYTHONS = ("3.11", "3.12", "3.13")
MACHINES = ("x86_64", "aarch64")
INTERPRETERS = {"py3", "py2.py3", *(f"py{v.replace('.', '')}" for v in PYTHONS)}


def environments():
    for python, machine in itertools.product(PYTHONS, MACHINES):
        yield {
            "python_version": python,
            "python_full_version": f"{python}.9",
            "platform_machine": machine,
            "platform_system": "Linux",
            "sys_platform": "linux",
            "os_name": "posix",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
            "extra": "",
        }


def wanted(package):
    marker = package.get("marker")
    return marker is None or any(Marker(marker).evaluate(environment) for environment in environments())


def installable(file_name):
    return any(
        (tag.interpreter in INTERPRETERS or fits_cpython(tag)) and fits_platform(tag.platform)
        for tag in parse_wheel_filename(file_name)[3]
    )


def fits_cpython(tag):
    if not tag.interpreter.startswith("cp3"):
        return False
    minor = int(tag.interpreter[3:])
    return (11 <= minor <= 13 and not tag.abi.endswith("t")) or (tag.abi == "abi3" and minor <= 13)


def fits_platform(platform):
    # Airflow's own images, and every machine that Node's builds run on, have glibc.
    return platform == "any" or (platform.startswith("manylinux") and platform.endswith(MACHINES))


def hashes(package):
    def name(artefact):
        return artefact["url"].rsplit("/", 1)[-1]

    wheels = [w["hashes"]["sha256"] for w in package.get("wheels", []) if installable(name(w))]
    return sorted(wheels or [package["sdist"]["hashes"]["sha256"]])


def resolve(requirements):
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "requirements.in"), Path(folder, "pylock.toml")
        source.write_text("\n".join(requirements))
        command = ["uv", "pip", "compile", "--universal", "--python-version", PYTHONS[0], "--format", "pylock.toml"]
        subprocess.run([*command, "--quiet", "--no-annotate", "--output-file", target, source], check=True)
        return tomllib.loads(target.read_text())["packages"]


def write(file, requirements):
    lines = ["# Written by lock.py from requirements.in."]
    for package in filter(wanted, resolve(requirements)):
        # uv repeats the lower bound of the whole range on each line.
        marker = package.get("marker", "").replace("python_full_version >= '3.11'", "", 1).strip()
        condition = f" ; {package['marker']}" if marker else ""
        lines.append(f"{package['name']}=={package['version']}{condition}")
        lines.extend(f"    --hash=sha256:{digest}" for digest in hashes(package))
    text = "\n".join(lines).replace("\n    --hash", " \\\n    --hash")
    file.write_text(text + "\n")


for given in sys.argv[1:]:
    if given.endswith(".in"):
        write(Path(given).with_suffix(".txt"), [Path(given).read_text()])
    else:
        requirements = [f"apache-airflow=={given}", (HERE / "requirements.in").read_text()]
        write(HERE / f"requirements-{given}.txt", requirements)
write(HERE / "requirements-installer.txt", ["uv==0.13.9"])
