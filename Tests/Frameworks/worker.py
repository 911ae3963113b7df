"""One rank: does what it is asked over a pipe until the pipe closes."""

import logging
import os
import sys

# Before torch is imported: its profiler reports its own starts and stops.
os.environ.setdefault("KINETO_LOG_LEVEL", "99")

import torch
import torch.distributed

import checkpointing
import old_readers
import residual
import torch_orders

TASKS = {
    "train": residual.train, "checkpoint": checkpointing.train, "profile": residual.profile,
    "orders": torch_orders.write, "read": old_readers.read}


def serve(pipe, rank, size, store):
    """Answers (None, result) or (error, None) to each (task, arguments)."""
    torch.set_num_threads(1)
    # A refused schedule is printed whole; the answer says why.
    logging.disable(logging.CRITICAL)
    os.environ["GLOO_SOCKET_IFNAME"] = "lo0" if sys.platform == "darwin" else "lo"
    torch.distributed.init_process_group(
        "gloo", store=torch.distributed.FileStore(store, size), rank=rank, world_size=size)
    while True:
        try:
            task, arguments = pipe.recv()
        except EOFError:
            return
        try:
            answer = (None, TASKS[task](rank, **arguments))
        except Exception as error:
            answer = (told(error), None)
        pipe.send(answer)


def told(error):
    """An error in one line: that of its first cause."""
    while error.__cause__:
        error = error.__cause__
    text = " ".join(str(error).split("Full pipeline schedule")[0].split())
    return f"{type(error).__name__}: {text}"
