"""Publishes the marts of CX_HOME, verified and swapped in."""

from benchmarks.body import body
from orchestration.publishing.publish import publish
from orchestration.settings import Settings

if __name__ == "__main__":
    with body():
        publish(Settings())
