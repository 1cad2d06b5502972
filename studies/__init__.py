"""The questions that are asked of the data, and the command line that asks them."""

# Every study by name, a file each, with its question in one line for lists and reports.
QUESTIONS = {
    "rupture": "MLP, ADVI and NUTS on simulated earthquake ruptures: who predicts, who knows, and what does it take?",
    "paper": "The paper as it was done, then one correction at a time: which of its claims stand?",
    "labels": "What do the wrong published labels (160, and some of 75 more rows) do, and does a method find them?",
    "provenance": "Can the published labels be made again, which are wrong, and what does that do to the networks?",
    "inputs": "Raw inputs, physical combinations or both: is a better input worth more than a better posterior?",
    "likelihood": "Bernoulli, the Gaussian of the authors' notebook, or balanced classes: what does it change?",
    "priors": "N(0, sd^2), scaled by fan-in, learned scales, one scale per input: what does the prior decide?",
    "activations": "ReLU, tanh, sigmoid, leaky ReLU or softplus: is the story the same?",
    "width": "4 to 48 hidden units: how many does the question need?",
    "okada": "Fault slip from surface displacements: which posterior can be trusted, and what do the data identify?",
    "strain_rate": "Strain rates from velocities: which prior do held-out stations prefer, and are its sds right?",
    "tomography": "Travel-time tomography: do features, soft equations and networks know what a Gaussian process does?",
    "darcy": "Permeability from heads in wells: which posterior and which prior of a function can be trusted?",
    "splits": "What of the main job's verdict survives other splits, starts and seeds, and how many rows does it take?",
    "calibration": "Do posteriors hold truths that are drawn from the prior as often as they promise?",
    "speed": "How fast are the samplers and all that uses their draws, and what do they cost beside PyMC's own?",
    "solver": "Does the rupture solver solve its equations, and do labels depend on its grid?",
}
