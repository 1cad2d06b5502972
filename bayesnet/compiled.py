"""Log density of a model with its gradient, compiled by nutpie: once for models that differ in nothing but their data.

Compiling takes seconds, and several methods, several runs of a study and many replicates need the same functions.
"""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import nutpie
import pymc as pm
import pytensor
from nutpie.compile_pymc import CompiledPyMCModel
from pymc.initial_point import make_initial_point_fn
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Constant, Variable, equal_computations
from pytensor.graph.traversal import graph_inputs


class Graph(NamedTuple):
    """What decides whether the functions of one model serve another."""

    outputs: list[Variable]  # log density, and the model's variables
    inputs: list[Variable]  # unconstrained variables, and data
    shapes: dict[str, tuple[int, ...]]  # of the unconstrained variables
    fast: bool  # mathematics that may give other last digits

    def serves(self, other: "Graph") -> bool:
        """Whether functions compiled for this graph, given the data of another, are those of the other."""
        kinds = [[(one.name, one.type) for one in graph.inputs] for graph in (self, other)]
        return (
            kinds[0] == kinds[1]
            and (self.shapes, self.fast, len(self.outputs)) == (other.shapes, other.fast, len(other.outputs))
            and equal_computations(self.outputs, other.outputs, self.inputs, other.inputs)
        )


_last: deque[tuple[Graph, CompiledPyMCModel]] = deque(maxlen=4)  # models whose functions are kept


def compiled(model: pm.Model, start: Mapping[str, np.ndarray] | None = None) -> CompiledPyMCModel:
    """Functions of a model for nutpie.

    Parameters
    ----------
    model : pymc.Model
        Where it has the graph of one of the last models, and only its data differ (`pm.Data` and other shared
        variables), the functions are those of that one.
    start : mapping, optional
        Values of the model's variables that every chain starts at, by default draws of the prior of their own.

    Returns
    -------
    nutpie.compile_pymc.CompiledPyMCModel
        Its coordinates may be those of the other model.
    """
    own = {"default_strategy": "prior", "jitter_rvs": set(), "return_transformed": True}
    draw, alone = make_initial_point_fn(model=model, overrides=start, **own), threading.Lock()

    def first(seed: int) -> np.ndarray:
        with alone:  # PyTensor's functions are for one thread at a time
            return _flat(model, draw(seed))

    graph = _graph(model, draw(0))
    sharable = _sharable(model, graph)
    found = [made for known, made in _last if known.serves(graph)] if sharable else []
    if found:
        used = {variable.name for variable in found[0].shared_var_keys}
        return replace(found[0].with_data(**_data(graph, used)), initial_point_func=first)
    made = nutpie.compile_pymc_model(model, default_initialization_strategy="prior", jitter_rvs=set())
    if sharable:
        _last.append((graph, made))
    return replace(made, initial_point_func=first)


def forget() -> None:
    """Compile anew whatever is asked for next: for measurements of compilation."""
    _last.clear()


def _flat(model: pm.Model, point: Mapping[str, np.ndarray]) -> np.ndarray:
    """Values of the unconstrained variables side by side, in the order in which the functions take them."""
    return np.concatenate([np.ravel(point[model.rvs_to_values[one].name]) for one in model.free_RVs]).astype(float)


def _graph(model: pm.Model, point: Mapping[str, np.ndarray]) -> Graph:
    outputs = [model.logp(), *model.unobserved_value_vars]
    inputs = [one for one in graph_inputs(outputs) if not isinstance(one, Constant)]
    shapes = {name: np.shape(value) for name, value in point.items()}
    return Graph(outputs, inputs, shapes, pytensor.config.numba__fastmath)


def _sharable(model: pm.Model, graph: Graph) -> bool:
    """Whether functions can be given other data.

    That needs data which each have a name of their own, and no deterministic variables: the functions are compiled for
    the length of these, which may follow from the data.
    """
    names = [one.name for one in graph.inputs]
    return not model.deterministics and None not in names and len(names) == len(set(names))


def _data(graph: Graph, names: set[str]) -> dict[str, np.ndarray]:
    return {one.name: one.get_value() for one in graph.inputs if isinstance(one, SharedVariable) and one.name in names}
