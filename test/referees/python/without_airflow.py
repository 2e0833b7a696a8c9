"""
Stands in for what OpenMetadata's builders import and their workflow configs do not depend on: Airflow, its web server, the client
of the server, and the programs that would run the workflows.
"""

import importlib.abc
import importlib.machinery
import sys
import tempfile
from unittest.mock import MagicMock

AIRFLOW_VERSION = "2.10.5"
# The builders open a log file there.
LOG_FOLDER = tempfile.TemporaryDirectory()
MODULES = ("airflow", "flask", "croniter", "metadata.workflow", "metadata.ingestion.ometa.ometa_api")


class Operator:
    """Keeps what the task would be called with: among it the workflow config."""

    made = []

    def __init__(self, **settings):
        Operator.made.append(settings)


class StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes these modules, and all below them, ones whose names are all mocks, but for the operator and the version."""

    def find_spec(self, name, path=None, target=None):
        if not any(name == module or name.startswith(f"{module}.") for module in MODULES):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = MagicMock(name=spec.name)
        module.__path__ = []
        module.__spec__ = spec
        module.__version__ = AIRFLOW_VERSION
        module.version = AIRFLOW_VERSION
        module.conf.get = lambda *_, **__: LOG_FOLDER.name
        module.PythonOperator = Operator
        return module

    def exec_module(self, module):
        pass


def install():
    sys.meta_path.insert(0, StandInFinder())
