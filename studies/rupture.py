"""The flagship: does a cheap posterior of the rupture network tell the same story as an expensive one?"""

from studies import QUESTIONS
from studies.commands import run_script
from studies.study import Study

STUDY = Study(name="rupture", question=QUESTIONS["rupture"])

if __name__ == "__main__":
    run_script(STUDY)
