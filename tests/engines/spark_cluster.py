"""A cluster of Apache Spark on this machine: a master, two workers of a core each, a Thrift server.

`make spark` starts it to try it, `make spark-stop` ends it; tests start one of their own. It hears
this machine alone.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
WORKERS = 2
SECONDS_TO_START = 180
# Apache Spark as PyPI has it, in an environment of its own: `make spark` makes it.
SPARK = Path(__file__).parents[2] / ".spark"


@dataclass(frozen=True)
class Cluster:
    """A cluster whose tables, catalog, logs and process numbers are in a folder."""

    folder: Path
    port: int = 10000
    master_port: int = 7077
    ui_port: int = 4040

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            RuntimeError: it does not.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        master = f"spark://{HOST}:{self.master_port}"
        deploy = "org.apache.spark.deploy"
        at = ("--host", HOST, "--webui-port", "0")
        self._start("master", f"{deploy}.master.Master", *at, "--port", str(self.master_port))
        self._wait(self.master_port)
        for number in range(WORKERS):
            work = str(self.folder / f"worker_{number}")
            limits = ("--cores", "1", "--memory", "3g", "--work-dir", work)
            self._start(f"worker_{number}", f"{deploy}.worker.Worker", *at, *limits, master)
        server = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
        options = [f"--conf={name}={value}" for name, value in self._settings().items()]
        self._start(
            "thrift", f"{deploy}.SparkSubmit", "--master", master, *options, f"--class={server}"
        )
        self._wait(self.port)

    def stop(self) -> None:
        """End all of its processes."""
        for name in sorted(self._pids(), reverse=True):
            self.kill(name)

    def kill(self, name: str) -> None:
        """End one at once: master, worker_0, worker_1 or thrift."""
        with suppress(ProcessLookupError, FileNotFoundError):
            if b"spark" in Path(f"/proc/{self._pids()[name]}/cmdline").read_bytes():
                os.killpg(self._pids()[name], signal.SIGKILL)
        (self.folder / f"{name}.pid").unlink(missing_ok=True)

    def _settings(self) -> dict[str, object]:
        """Settings of the Thrift server, which an existing cluster needs too: docs/scale.md."""
        java = "-Duser.timezone=UTC"
        return {
            "spark.sql.catalogImplementation": "hive",
            "spark.sql.warehouse.dir": self.folder / "warehouse",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.sources.partitionOverwriteMode": "dynamic",
            "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
            # Steps of raking are written out, one within the other.
            "spark.sql.analyzer.maxIterations": 500,
            "spark.sql.shuffle.partitions": 4,
            "spark.executor.memory": "2g",
            # A task with many aggregates needs a page for each: of 64 MB it has no room for them.
            "spark.buffer.pageSize": "2m",
            # Else one executor takes all tasks, whose rows it has.
            "spark.locality.wait": 0,
            "spark.ui.port": self.ui_port,
            "spark.driver.host": HOST,
            "spark.driver.bindAddress": HOST,
            "spark.driver.extraJavaOptions": f"{java} -Dderby.system.home={self.folder}",
            "spark.executor.extraJavaOptions": java,
            "spark.hadoop.javax.jdo.option.ConnectionURL": (
                f"jdbc:derby:;databaseName={self.folder / 'metastore'};create=true"
            ),
            "spark.hadoop.hive.server2.thrift.bind.host": HOST,
            "spark.hadoop.hive.server2.thrift.port": self.port,
            "spark.hadoop.hive.exec.scratchdir": self.folder / "scratch",
        }

    def _start(self, name: str, *command: str) -> None:
        # Below 2 GiB the Thrift server fails; the others need little.
        memory = "2g" if name == "thrift" else "256m"
        home = next(SPARK.glob("lib/*/site-packages/pyspark"))
        environment = os.environ | {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": HOST,
            "SPARK_DAEMON_MEMORY": memory,
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
        }
        with (self.folder / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                [home / "bin" / "spark-class", *command],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        (self.folder / f"{name}.pid").write_text(str(process.pid))

    def _pids(self) -> dict[str, int]:
        return {file.stem: int(file.read_text()) for file in self.folder.glob("*.pid")}

    def _wait(self, port: int) -> None:
        last = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < last:
            with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                return
            time.sleep(0.5)
        raise RuntimeError(f"Nothing answers at {HOST}:{port}; logs are in {self.folder}.")


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A cluster that lasts as long as the block, on ports that are free."""
    cluster = Cluster(folder, *_free_ports(3))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _free_ports(number: int) -> list[int]:
    sockets = [socket.create_server((HOST, 0)) for _ in range(number)]
    ports = [held.getsockname()[1] for held in sockets]
    for held in sockets:
        held.close()
    return ports


if __name__ == "__main__":
    local = Cluster(SPARK / "cluster")
    local.stop()
    if sys.argv[1:] == ["start"]:
        local.start()
        print(
            f"A Thrift server answers at {HOST}:{local.port}; its UI is http://{HOST}:{local.ui_port}."
        )
