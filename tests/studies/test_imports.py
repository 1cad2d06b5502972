import subprocess
import sys

import pytest


@pytest.mark.heavy
def test_the_command_line_the_reports_and_the_trial_do_not_load_the_solver():
    """It sets an option of LLVM for the whole process, and a fit's numbers would depend on who imported what."""
    modules = (
        "studies.__main__, studies.solver, studies.simulate, data.rupture.verification.checks, "
        "data.rupture.trial.provenance"
    )
    views = "[view_named(name) for names in studies.solver.SolverStudy.sections.values() for name in names]"
    code = (
        f"import sys, {modules}; from reports.view import view_named; {views}; "
        "sys.exit('data.rupture.solver.kernels' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
