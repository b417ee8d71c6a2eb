"""A cluster of Apache Spark on this machine: a master, two workers of a core each, a Thrift server.

`make spark` starts it to try it, `make spark-stop` ends it; tests start one of their own. It hears
this machine alone.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
WORKERS = 2
SECONDS_TO_START = 180
# Apache Spark as PyPI has it, in an environment of its own: `make spark` makes it.
SPARK = Path(__file__).parents[2] / ".spark"


class ClusterError(RuntimeError):
    """A cluster does not start; the message says why."""


@dataclass(frozen=True)
class Cluster:
    """A cluster whose tables, catalog, logs and process numbers are in a folder.

    Its Thrift server has some `settings` beside those of all.
    """

    folder: Path
    port: int = 10000
    master_port: int = 7077
    ui_port: int = 4040
    workers: int = WORKERS
    settings: Mapping[str, object] = field(default_factory=dict)

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            ClusterError: it does not; the message says why.
        """
        _require_java()
        for port in (self.master_port, self.port):
            _require_free(port)
        self.folder.mkdir(parents=True, exist_ok=True)
        master = f"spark://{HOST}:{self.master_port}"
        deploy = "org.apache.spark.deploy"
        at = ("--host", HOST, "--webui-port", "0")
        listening = ("--port", str(self.master_port))
        started = self._start("master", f"{deploy}.master.Master", *at, *listening)
        self._wait(started, "master", self.master_port)
        for number in range(self.workers):
            work = str(self.folder / f"worker_{number}")
            limits = ("--cores", "1", "--memory", "3g", "--work-dir", work)
            self._start(f"worker_{number}", f"{deploy}.worker.Worker", *at, *limits, master)
        server = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
        options = [f"--conf={name}={value}" for name, value in self._settings().items()]
        submitted = ("--master", master, "--class", server, *options)
        started = self._start("thrift", f"{deploy}.SparkSubmit", *submitted)
        self._wait(started, "thrift", self.port)

    def stop(self) -> None:
        """End all of its processes."""
        for name in sorted(self.pids(), reverse=True):
            self.kill(name)

    def kill(self, name: str) -> None:
        """End one at once: master, worker_0, worker_1 or thrift."""
        if self._is_alive(name):
            os.killpg(self.pids()[name], signal.SIGKILL)
        (self.folder / f"{name}.pid").unlink(missing_ok=True)

    def pids(self) -> dict[str, int]:
        """Processes by name, each of which leads a group of its own."""
        return {file.stem: int(file.read_text()) for file in self.folder.glob("*.pid")}

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
            **self.settings,
        }

    def _start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
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
        return process

    def _is_alive(self, name: str) -> bool:
        """Whether a process still has the number, and is one of Spark's."""
        with suppress(OSError):
            return b"spark" in Path(f"/proc/{self.pids()[name]}/cmdline").read_bytes()
        return False

    def _wait(self, started: subprocess.Popen[bytes], name: str, port: int) -> None:
        last = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < last and started.poll() is None:
            with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                return
            time.sleep(0.5)
        log = self.folder / f"{name}.log"
        said = " ".join(log.read_text().splitlines()[-2:])
        raise ClusterError(f"Spark's {name} does not answer at {HOST}:{port}. {log} ends: {said}")


@contextmanager
def running(
    folder: Path, workers: int = WORKERS, settings: Mapping[str, object] | None = None
) -> Iterator[Cluster]:
    """A cluster that lasts as long as the block, on ports that are free."""
    port, master_port, ui_port = _free_ports(3)
    cluster = Cluster(folder, port, master_port, ui_port, workers, settings or {})
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _require_java() -> None:
    at = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=f"{at}/bin" if at else None):
        raise ClusterError(
            "There is no Java, of which Spark needs 17: on Debian"
            " `apt-get install openjdk-17-jre-headless`; JAVA_HOME says where one is."
        )


def _require_free(port: int) -> None:
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise ClusterError(f"Port {port} of {HOST} is taken: {error.strerror}.") from None


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
        try:
            local.start()
        except ClusterError as error:
            local.stop()
            sys.exit(str(error))
        print(
            f"A Thrift server answers at {HOST}:{local.port}; its UI is http://{HOST}:{local.ui_port}."
        )
