"""The import contract of a room whose capabilities are folders: a new folder needs no line in pyproject.toml."""

from __future__ import annotations

from grimp import ImportGraph
from importlinter.contracts.layers import Layer, LayersContract, ModuleTail
from importlinter.domain.contract import ContractCheck

# The layer that stands for all folders which no other layer names.
FOLDERS = ModuleTail("*")


class FoldersContract(LayersContract):
    """Layers inside a container; `*` among them is every folder that has no layer of its own, and none of these may import another."""

    # What import-linter's fields give once they are read.
    layers: list[Layer]  # type: ignore[assignment]
    containers: list[object]  # type: ignore[assignment]

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """As for layers, once the folders that there are today stand in the place of `*`."""
        named = {tail.name for layer in self.layers for tail in layer.module_tails}
        folders = {
            ModuleTail(child.rpartition(".")[2])
            for container in self.containers
            for child in graph.find_children(str(container))
            if graph.find_children(child)
        }
        others = {folder for folder in folders if folder.name not in named}
        self.layers = [Layer(others) if FOLDERS in layer.module_tails else layer for layer in self.layers]
        return super().check(graph, verbose)
