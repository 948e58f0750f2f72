"""ProgressReporter: a line now and then, with what a person wants to know."""

from index.training.progress import ProgressReporter


def test_lines_come_now_and_then_and_at_the_end() -> None:
    now = [0.0]
    said: list[str] = []
    progress = ProgressReporter("training", 1300, said.append, done=1000, clock=lambda: now[0])
    for step in range(1001, 1301):
        now[0] += 1
        progress.tell(step, 50, 2.0)
    assert said[0] == "training: 1,020 of 1,300, 50 sentences/s, loss 2.000, 4 min 40 s left"
    assert said[-1] == "training: 1,300 of 1,300, 50 sentences/s, loss 2.000, 0 min 0 s left"
    assert len(said) == 15


def test_hours_are_told_without_seconds_and_no_loss_is_made_up() -> None:
    now = [0.0]
    said: list[str] = []
    progress = ProgressReporter("teacher", 100, said.append, clock=lambda: now[0])
    now[0] = 60
    progress.tell(1, 0)
    assert said == ["teacher: 1 of 100, 1 h 39 min left"]
