"""Processes that train together over gloo on the loopback address, and go on from case to case."""

import multiprocessing
import os
import tempfile
import time
from multiprocessing.connection import wait

# One process imports torch; the others are its copies.
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["worker"])

CASE_SECONDS = 60
# How long the other ranks may go on once one has failed: they wait for it in vain.
GRACE_SECONDS = 3


class Failure(Exception):
    """Why a case failed: what the first failing rank said."""


class Pool:
    """So many ranks; they are started again after a case that left one of them waiting."""

    def __init__(self, size):
        self.size = size
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def run(self, task, **arguments):
        """Runs one of the worker's tasks on all ranks and returns what each returned."""
        if not self.processes:
            self.start()
        for pipe in self.pipes:
            pipe.send((task, arguments))
        answers, failure = self.collect()
        if len(answers) < self.size:
            self.stop()
        if failure:
            raise Failure(failure)
        if len(answers) < self.size:
            missing = sorted(set(range(self.size)) - set(answers))
            raise Failure(f"no answer from ranks {missing} after {CASE_SECONDS} s")
        return [answers[rank] for rank in range(self.size)]

    def collect(self):
        deadline = time.monotonic() + CASE_SECONDS
        answers, failure = {}, None
        while len(answers) < self.size:
            waiting = [pipe for rank, pipe in enumerate(self.pipes) if rank not in answers]
            ready = wait(waiting, timeout=max(0, deadline - time.monotonic()))
            if not ready:
                break
            for pipe in ready:
                rank = self.pipes.index(pipe)
                try:
                    error, answers[rank] = pipe.recv()
                except EOFError:
                    return answers, f"rank {rank} died"
                if error and not failure:
                    failure = f"rank {rank}: {error}"
                    deadline = min(deadline, time.monotonic() + GRACE_SECONDS)
        return answers, failure

    def start(self):
        import worker

        folder = tempfile.mkdtemp(prefix="pipeloom-")
        ends = [context.Pipe() for _ in range(self.size)]
        self.pipes = [end for end, _ in ends]
        for rank, (_, end) in enumerate(ends):
            process = context.Process(
                target=worker.serve, args=(end, rank, self.size, os.path.join(folder, "store")), daemon=True)
            process.start()
            end.close()
            self.processes.append(process)

    def stop(self):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.join()
        self.processes = []
