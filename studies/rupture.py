"""The flagship: does a cheap posterior of the rupture network tell the same story as an expensive one?"""

import sys

from studies.study import Study

STUDY = Study(name="rupture", question="MLP, ADVI and NUTS on simulated earthquake ruptures: who predicts, who knows?")

if __name__ == "__main__":
    from studies.__main__ import main

    main(["run", STUDY.name, *sys.argv[1:]])
