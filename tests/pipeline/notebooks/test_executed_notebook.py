"""The executed notebook says at its top and at its cell how it ended."""

from fakes.tiny.notebooks import opened


def test_the_notebook_of_a_failure_says_so_at_the_top_and_keeps_the_traceback(run):
    executed = run("def deep():\n    1 / 0", "deep()")
    cells = opened(executed).cells

    assert "This notebook failed in [In [3]]" in cells[0].source
    assert "ZeroDivisionError" in cells[0].source
    failed = next(cell for cell in cells if cell.get("execution_count") == 3)
    assert "deep" in "".join(failed.outputs[0].traceback)
    assert opened(executed).metadata.papermill["exception"] is True


def test_much_output_is_kept_whole(run):
    executed = run("for i in range(20_000): print(i)")
    assert executed.record.status == "completed"
    assert opened(executed).cells[-1].outputs[0].text.endswith("19999\n")
