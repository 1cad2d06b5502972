"""The flagship: does a cheap posterior of the rupture network tell the same story as an expensive one?"""

from studies import QUESTIONS
from studies.commands import run_script
from studies.study import Study

STUDY = Study(
    name="rupture",
    question=QUESTIONS["rupture"],
    methods=("majority", "logistic", "physics", "mlp", "ensemble", "advi", "nuts"),
    optional=("physics",),  # for catalogues without the inputs that it combines
)

if __name__ == "__main__":
    run_script(STUDY)
