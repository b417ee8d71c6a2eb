"""Somebody is told what failed, fell silent, missed its target or really changed, each once."""

import os
from collections.abc import Iterator
from pathlib import Path
from socket import create_server, socket
from threading import Thread
from typing import Any

import duckdb
import pytest
from aiosmtpd.controller import Controller
from typer.testing import CliRunner

from orchestration.alerting.alert import alert
from orchestration.alerting.causes import causes
from orchestration.alerting.destinations import Destinations
from orchestration.cli.app import app
from orchestration.contract import source_tables
from orchestration.loading.load import load_table
from orchestration.overlay.project import lay_over
from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from orchestration.warehouse import connect
from tests.channel import Channel

METRICS = """
    create schema marts;
    create table marts.publish_info as select date '2026-06-30' as newest_landing_date;
    create table marts.dim_metrics as
    select 'nps' as metric, 'NPS' as label, 'points' as unit, '.1f' as format, 'answers' as counts,
        1 as report_order;
    create table marts.metric_values as
    select metric, type as segment_type, segment, 'month' as period_grain, begin as period_start,
        value, value - 7 as ci_low, value + 7 as ci_high, 300.0 as denominator, 40.0 as target,
        status
    from (values
        ('nps', 'all', 'all', date '2026-06-01', 12.0, 'off_target'),
        ('nps', 'plan', '<Gold> & co', date '2026-06-01', 1.0, 'off_target'),
        ('nps', 'plan', 'Free', date '2026-06-01', 50.0, 'on_target'),
        ('nps', 'all', 'all', date '2026-07-01', -50.0, 'off_target')
    ) as v(metric, type, segment, begin, value, status);
    create table marts.change_explained as from (values
        ('nps', null, 'month', date '2026-06-01', 'all', 0.001, 'NPS fell 9.0 ± 4.0 points'),
        ('nps', null, 'month', date '2026-05-01', 'all', 0.001, 'NPS rose 9.0 ± 4.0 points'),
        ('csat', null, 'month', date '2026-06-01', 'all', 0.2, 'CSAT fell as chance may do'),
        ('nps', null, 'month', date '2026-06-01', 'plan', 0.001, 'Free answered worse')
    ) as v(metric, instrument_version, period_grain, period_start, segment_type, p, sentence)
"""
OFF_TARGET = {
    "NPS is off target in 2026-06: 12.0 (5.0 to 19.0), target 40.0.",
    "NPS of plan <Gold> & co is off target in 2026-06: 1.0 (-6.0 to 8.0), target 40.0.",
}
CHANGED = "A real change in 2026-06: NPS fell 9.0 ± 4.0 points."


@pytest.fixture(autouse=True)
def settings(tmp_path: Path) -> Iterator[Settings]:
    """A home that has published the metrics of a month and of the first days of the next."""
    before = dict(os.environ)
    os.environ |= {"CX_HOME": str(tmp_path / "home"), "CX_LANDING": str(tmp_path / "landing")}
    settings = Settings()
    settings.published_dir.mkdir(parents=True)
    with duckdb.connect(settings.published_dir / "cx.duckdb") as connection:
        connection.execute(METRICS)
    yield settings
    os.environ.clear()
    os.environ |= before


@pytest.fixture
def channel() -> Iterator[Channel]:
    with Channel.opened() as channel:
        os.environ["CX_ALERT_WEBHOOK_URL"] = channel.url
        yield channel


def alerted(settings: Settings, *failures: str) -> list[str]:
    return alert(settings, causes(settings, failures), Destinations())


def of_slack(sentences: set[str]) -> set[str]:
    table = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
    return {sentence.translate(table) for sentence in sentences}


def test_each_cause_is_told_once_while_it_lasts(settings: Settings, channel: Channel) -> None:
    alerted(settings, "nps_in_range: 3 rows fail")
    failed = "The run failed: nps_in_range: 3 rows fail"
    assert channel.told() == of_slack({*OFF_TARGET, CHANGED, failed})
    assert alerted(settings, "nps_in_range: 4 rows fail") == []
    assert channel.told() == set()
    alerted(settings)  # it is over
    assert channel.told() == set()
    alerted(settings, "nps_in_range: 3 rows fail")
    assert channel.told() == {failed}


def test_a_change_of_an_older_month_is_no_news(settings: Settings, channel: Channel) -> None:
    with duckdb.connect(settings.published_dir / "cx.duckdb") as connection:
        connection.execute(
            "update marts.change_explained set p = 0.3 where period_start >= '2026-06-01'"
        )
    alerted(settings)
    assert channel.told() == of_slack(OFF_TARGET)


@pytest.mark.parametrize("status", [503, 301, 302, 303, 307])
def test_what_does_not_arrive_is_told_the_next_time(
    status: int, settings: Settings, channel: Channel
) -> None:
    channel.status = status
    (said,) = alerted(settings)
    assert f"the webhook answers {status}" in said and "secret-path" not in said
    channel.status = 200
    alerted(settings)
    assert channel.told() == of_slack({*OFF_TARGET, CHANGED})


def test_a_webhook_that_nobody_answers_ends_in_a_sentence_without_its_address(
    settings: Settings, channel: Channel
) -> None:
    channel.close()
    (said,) = alerted(settings)
    assert "the webhook cannot be reached" in said and "secret-path" not in said


def test_a_webhook_that_talks_no_http_ends_in_a_sentence(settings: Settings) -> None:
    with create_server(("127.0.0.1", 0)) as server:
        os.environ["CX_ALERT_WEBHOOK_URL"] = f"http://127.0.0.1:{server.getsockname()[1]}/secret"

        def babble() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(b"no http at all\r\n\r\n")
            connection.close()

        Thread(target=babble, daemon=True).start()
        (said,) = alerted(settings)
    assert "the webhook cannot be reached" in said and "secret" not in said


def test_what_cannot_be_remembered_is_said(settings: Settings, channel: Channel) -> None:
    (settings.home_dir / "told.json").mkdir()
    sent, lost = alerted(settings)
    assert sent == "Told 3 by webhook." and "tells all again" in lost
    assert len(channel.told()) == 3


class Postbox:
    """Keeps the mails that a server gets."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 OK"


def test_a_mail_names_what_is_wrong(settings: Settings) -> None:
    postbox = Postbox()
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    server = Controller(postbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        os.environ |= {
            "CX_ALERT_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "CX_ALERT_MAIL_TO": "desk@example.com, boss@example.com",
        }
        assert alerted(settings, "disk is full") == ["Told 4 by mail."]
    finally:
        server.stop()
    (mail,) = postbox.mails
    assert mail.rcpt_tos == ["desk@example.com", "boss@example.com"]
    assert b"The run failed: disk is full" in mail.content


def test_a_mail_server_that_refuses_ends_in_a_sentence_without_the_password(
    settings: Settings,
) -> None:
    os.environ |= {
        "CX_ALERT_SMTP_URL": "smtp://user:hunter2@127.0.0.1:1",
        "CX_ALERT_MAIL_TO": "desk@example.com",
    }
    (said,) = alerted(settings)
    assert "the mail does not go out" in said and "hunter2" not in said


def test_sources_that_fell_silent_are_told_once_though_a_run_hides_them(
    settings: Settings, channel: Channel
) -> None:
    (own := settings.home / "own").mkdir()
    (own / "settings.yml").write_text("owners: {survey: insights@example.com, default: x@y.zz}")
    os.environ["CX_OWN"] = str(own)
    lay_over(Settings())
    responses = settings.landing_dir / "survey" / "responses" / "2020-01-31.csv"
    responses.parent.mkdir(parents=True)
    responses.write_text(
        "response_id,instrument_id,responded_at,score\na,nps_relationship,2020-01-31,9\n"
    )
    invitations = settings.landing_dir / "survey" / "invitations" / "2020-02-28.csv"
    invitations.parent.mkdir()
    invitations.write_text(
        "invitation_id,customer_id,instrument_id,sent_at\na,c,nps_relationship,2020-02-28\n"
    )
    with connect(settings) as connection:
        for table in source_tables():
            load_table(connection, settings.landing_dir, table)
    alerted(settings)
    (told,) = [said for said in channel.told() if said.startswith("Stale")]
    assert told == (
        "Stale, owned by insights@example.com: deliveries come, but without newer events. By newest"
        " landing date: survey/responses (2020-01-31), survey/invitations (2020-02-28)."
    )
    with connect(settings):  # the next run is at work
        alerted(settings, "the disk is full")
    assert channel.told() == {"The run failed: the disk is full"}
    alerted(settings)
    assert channel.told() == set()


def test_a_file_that_is_not_in_is_told_with_its_reason(
    settings: Settings, channel: Channel
) -> None:
    table = next(table for table in source_tables() if table.name == "responses")
    folder = settings.landing_dir / "survey" / "responses"
    folder.mkdir(parents=True)
    broken = folder / "2026-01-31.csv"
    broken.write_text("no,such,column\n1,2,3\n")
    with connect(settings) as connection:
        for other in source_tables():
            load_table(connection, settings.landing_dir, other)
    alerted(settings)
    (told,) = [said for said in channel.told() if "survey/responses/2026-01-31.csv" in said]
    assert told.startswith("A file is not in: survey/") and "response_id" in told
    with connect(settings):  # the next run is at work
        alerted(settings)
    alerted(settings)
    assert channel.told() == set()
    broken.write_text("response_id,instrument_id,responded_at,score\na,nps,2026-01-31,9\n")
    with connect(settings) as connection:
        load_table(connection, settings.landing_dir, table)
    assert not any("is not in" in str(cause.sentence) for cause in causes(settings, []))


def test_more_than_fit_into_one_message_are_counted(settings: Settings, channel: Channel) -> None:
    alerted(settings, *(f"check {'x' * n} fails" for n in range(1, 31)))
    told = channel.told()
    assert len(told) == 21 and "And 13 more, which `cx alert` prints." in told


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "CX_ALERT_WEBHOOK_URL",
            "file:///etc/passwd",
            "CX_ALERT_WEBHOOK_URL: write it as https://",
        ),
        ("CX_ALERT_SMTP_URL", "mail.example.com", "CX_ALERT_SMTP_URL: write it as smtps://"),
        ("CX_ALERT_MAIL_TO", "desk@example.com", "CX_ALERT_SMTP_URL and CX_ALERT_MAIL_TO belong"),
    ],
)
def test_a_wrong_destination_is_named_before_anything_runs(
    name: str, value: str, said: str
) -> None:
    done = CliRunner().invoke(app, ["run"], env={name: value})
    assert done.exit_code == 2 and said in done.output and "passwd" not in done.output


def test_while_a_run_is_at_work_nothing_is_told_and_nothing_forgotten(
    settings: Settings, channel: Channel
) -> None:
    alerted(settings, "disk is full")
    channel.told()
    with exclusive_run(settings):
        done = CliRunner().invoke(app, ["alert"])
    assert done.exit_code == 0 and "A run is at work" in done.output
    assert alerted(settings, "disk is full") == []
    assert channel.told() == set()


def nothing_landed(settings: Settings) -> str:
    return (
        f"The run failed: There is nothing in the landing zone {settings.landing_dir}: "
        "set CX_LANDING to yours, or make sample data with `cx sample`."
    )


def test_a_run_that_finds_nothing_to_load_is_told_once_and_measured(
    settings: Settings, channel: Channel, tmp_path: Path
) -> None:
    metrics = tmp_path / "cx.prom"
    os.environ["CX_ALERT_METRICS_FILE"] = str(metrics)
    for told in ({*OFF_TARGET, CHANGED, nothing_landed(settings)}, set()):
        done = CliRunner().invoke(app, ["run"])
        assert done.exit_code == 2 and "There is nothing in the landing zone" in done.output
        assert channel.told() == of_slack(told)
    assert "\ncx_run_failures 1\n" in metrics.read_text()
    assert CliRunner().invoke(app, ["alert"]).exit_code == 0
    assert channel.told() == set()


def test_cx_alert_tells_that_no_run_could_load_anything(
    settings: Settings, channel: Channel
) -> None:
    settings.landing_dir.mkdir()
    done = CliRunner().invoke(app, ["alert"])
    assert done.exit_code == 0
    assert nothing_landed(settings) in done.output.splitlines()
    assert nothing_landed(settings) in channel.told()


@pytest.mark.parametrize("command", ["run", "alert"])
def test_a_lake_that_is_down_is_a_sentence_that_is_told_once(
    command: str, settings: Settings, channel: Channel
) -> None:
    landed(settings)
    os.environ |= {
        "CX_TARGET": "ducklake",
        "CX_DUCKLAKE_CATALOG": "postgresql://cx:hunter2@127.0.0.1:1/lake",
    }
    for count in (1, 0):
        done = CliRunner().invoke(app, [command])
        assert done.exit_code == 2, done.output
        assert "Look at CX_DUCKLAKE_CATALOG" in done.output and "hunter2" not in done.output
        told = [said for said in channel.told() if "Look at CX_DUCKLAKE_CATALOG" in said]
        assert len(told) == count and "hunter2" not in str(told)


@pytest.mark.parametrize("command", ["run", "alert"])
def test_a_lock_that_may_not_be_opened_is_a_sentence_that_is_told(
    command: str, settings: Settings, channel: Channel
) -> None:
    landed(settings)
    (settings.home_dir / "run.lock").mkdir()
    done = CliRunner().invoke(app, [command])
    assert done.exit_code == 2
    said = f"Is a directory: '{settings.home_dir / 'run.lock'}'"
    assert said in done.output.splitlines()
    assert f"The run failed: {said}" in channel.told()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CX_THREADS", "A setting in the environment is wrong. CX_THREADS: Input should be"),
        ("CX_OWN", "The run failed: "),
    ],
)
def test_a_run_that_a_setting_keeps_from_starting_is_told(
    name: str, said: str, channel: Channel
) -> None:
    os.environ[name] = "/there/is/no/such/folder"
    assert CliRunner().invoke(app, ["status"]).exit_code == 2
    assert channel.told() == set()
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 2
    assert any(said in told for told in channel.told())


def landed(settings: Settings) -> None:
    file = settings.landing_dir / "survey" / "responses" / "2026-06-30.csv"
    file.parent.mkdir(parents=True)
    file.write_text("response_id,instrument_id,responded_at,score\na,nps,2026-06-30,9\n")


def test_cx_alert_tells_of_a_run_that_failed_or_was_never_there(
    settings: Settings, channel: Channel, tmp_path: Path
) -> None:
    landed(settings)
    metrics = tmp_path / "cx.prom"
    os.environ["CX_ALERT_METRICS_FILE"] = str(metrics)
    done = CliRunner().invoke(app, ["alert"])
    assert done.exit_code == 0, done.output
    printed = set(done.output.splitlines())
    assert printed == {*OFF_TARGET, CHANGED, "Told 3 by webhook."}
    assert channel.told() == of_slack({*OFF_TARGET, CHANGED})
    assert not metrics.exists()  # no run has ended
    del os.environ["CX_ALERT_WEBHOOK_URL"]
    assert "Nobody is told: set CX_ALERT_WEBHOOK_URL" in CliRunner().invoke(app, ["alert"]).output
