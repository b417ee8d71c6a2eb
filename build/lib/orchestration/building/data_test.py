"""A data test as one query, which takes 1 ms; by a materialization, as dbt asks it, it takes 10."""

from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import TestNode
from dbt.task.test import TestResultData, TestRunner


class DataTestRunner(TestRunner):
    """Asks data tests, as dbt does where a test keeps the rows that fail it."""

    def execute_data_test(self, data_test: TestNode, manifest: Manifest) -> TestResultData:
        """Count the rows that fail, and hold the count against the bounds of the test."""
        if data_test.should_store_failures:
            return super().execute_data_test(data_test, manifest)
        _, cursor = self.adapter.connections.add_query(_counting(data_test), auto_begin=False)
        ((failures, should_warn, should_error),) = cursor.fetchall()
        return TestResultData(failures, bool(should_warn), bool(should_error), {})


def _counting(test: TestNode) -> str:
    config = test.config
    limit = "" if config.limit is None else f"limit {config.limit}"
    failures = config.fail_calc
    return f"""
        select {failures}, {failures} {config.warn_if}, {failures} {config.error_if}
        from (select * from ({test.compiled_code}
        ) {limit})
    """
