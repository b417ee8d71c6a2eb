"""No test writes into the source tree: a home of its own for whatever imports the definitions."""

import os
import tempfile

os.environ["CX_HOME"] = tempfile.mkdtemp(prefix="cx-tests-")
