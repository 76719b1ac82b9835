"""Contracts from ODCS YAML to the form that everything else reads.

Used where the program is planned and on the command line; never shipped to functions or jobs,
because it needs YAML, pydantic and the ODCS library.
"""

from __future__ import annotations

from pathlib import Path

from tarn.contract.compilation.datasets import CONTRACT_SUFFIX, compile_dataset
from tarn.contract.compilation.positions import Document, YamlFaultError, read_document
from tarn.contract.compilation.problems import BrokenContractsError, Problem, ProblemList
from tarn.contract.compilation.standard import read_standard
from tarn.contract.model import Contract, ContractCatalog
from tarn.contract.rules import SchemaChange

__all__ = [
    "CONTRACT_SUFFIX",
    "BrokenContractsError",
    "Problem",
    "compile_contracts",
    "compile_each",
]


def compile_contracts(
    directory: Path, *, schema_change: SchemaChange = SchemaChange.REORDER
) -> ContractCatalog:
    """Compile every ``*.odcs.yaml`` of a directory.

    ``schema_change`` is the environment's, for contracts that do not say it themselves.
    Raises BrokenContractsError with all problems of all files. Files are named relative to the
    directory's parent, so that messages are the same on every machine.
    """
    contracts, problems = compile_each(directory, schema_change=schema_change)
    if not problems and not contracts:
        problems.append(_problem(directory, "no contracts", f"files named *{CONTRACT_SUFFIX}"))
    if problems:
        raise BrokenContractsError(problems)
    return ContractCatalog(contracts)


def compile_each(
    directory: Path, *, schema_change: SchemaChange
) -> tuple[list[Contract], list[Problem]]:
    """Compile what can be compiled: the contracts without a fault, and the faults of the others.

    For who compares contracts; whatever derives something from them needs all of them.
    """
    problems: list[Problem] = []
    contracts: list[Contract] = []
    documents: dict[str, Document] = {}
    for file in sorted(directory.glob(f"*{CONTRACT_SUFFIX}")):
        shown = file.relative_to(directory.parent)
        contract, document, found = _compile_file(file, shown=shown, schema_change=schema_change)
        problems += found
        if contract is not None and document is not None:
            contracts.append(contract)
            documents[contract.dataset] = document
    if not problems:
        problems += _dangling(contracts, documents)
    return contracts, [*problems, *_misnamed(directory)]


def _compile_file(
    file: Path, *, shown: Path, schema_change: SchemaChange
) -> tuple[Contract | None, Document | None, list[Problem]]:
    try:
        read = read_document(file)
    except YamlFaultError as fault:
        problem = _problem(shown, fault.wrong, fault.allowed, line=fault.line)
        return None, None, [problem]
    problems = ProblemList(document=Document(file=shown, values=read.values, lines=read.lines))
    standard = read_standard(problems.document, problems)
    contract = None
    if standard is not None:
        contract = compile_dataset(standard, problems, schema_change=schema_change)
    return contract, problems.document, sorted(problems.found, key=lambda problem: problem.line)


def _dangling(contracts: list[Contract], documents: dict[str, Document]) -> list[Problem]:
    """Find references to what is not there, or cannot be compared."""
    catalog = {contract.dataset: contract for contract in contracts if contract.produced_by is None}
    found: list[Problem] = []
    for contract in contracts:
        problems = ProblemList(document=documents[contract.dataset])
        for index, column in enumerate(contract.columns):
            if column.references is None:
                continue
            dataset, name = column.references
            parent = catalog.get(dataset)
            match = parent and next((c for c in parent.columns if c.name == name), None)
            path = ("schema", 0, "properties", index, "relationships", 0, "to")
            if not match:
                allowed = "a column of a dataset whose files land, e.g. airports.faa"
                problems.add(path, f"{dataset}.{name} does not exist", allowed=allowed)
            elif (match.type, match.protection) != (column.type, column.protection):
                allowed = f"a column of {column.type.kind}, protected alike"
                problems.add(path, f"{dataset}.{name} is {match.type.kind}", allowed=allowed)
        found += problems.found
    return found


def _misnamed(directory: Path) -> list[Problem]:
    """A contract under another name would silently be no contract."""
    return [
        _problem(file.relative_to(directory.parent), "is not read", f"the suffix {CONTRACT_SUFFIX}")
        for file in sorted(directory.iterdir())
        if file.suffix in {".yaml", ".yml"} and not file.name.endswith(CONTRACT_SUFFIX)
    ]


def _problem(file: Path, wrong: str, allowed: str, *, line: int = 1) -> Problem:
    return Problem(file=file, line=line, field="", wrong=wrong, allowed=allowed)
