import signal
import threading

import pytest

from data.interrupts import held_back_interrupts, remembered_interrupts


def test_the_work_under_way_is_finished_first():
    before = signal.getsignal(signal.SIGINT)
    done = []

    def work():
        with held_back_interrupts():
            signal.raise_signal(signal.SIGINT)
            done.append("work")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["work"]
    assert signal.getsignal(signal.SIGINT) is before


def test_it_can_be_asked_for_between_two_steps():
    done = []

    def steps():
        with held_back_interrupts() as check:
            check("arguments", "of a callback")
            signal.raise_signal(signal.SIGINT)
            check()
            done.append("never")

    with pytest.raises(KeyboardInterrupt):
        steps()
    assert not done


def test_other_threads_are_left_alone():
    seen = []

    def work():
        with held_back_interrupts() as check:
            check()
            seen.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [1]


def test_a_swallowed_interrupt_comes_back_at_the_end():
    done = []

    def work():
        with remembered_interrupts():
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:  # as compiled code may
                done.append("swallowed")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["swallowed"]
