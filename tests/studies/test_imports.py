import subprocess
import sys


def test_the_command_line_does_not_load_the_solver():
    """It sets an option of LLVM for the whole process, and a fit's numbers would depend on who imported what."""
    code = "import sys, studies.__main__; sys.exit('data.rupture.solver' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
