import pytest

from bayesnet.contract import Result
from bayesnet.results import read_result


@pytest.fixture(scope="session")
def result(solver_study) -> Result:
    """The results of the small verification; to be copied before they are changed."""
    return read_result(solver_study)
