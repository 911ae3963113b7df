"""Trains the stages of mixed plans, recomputing as NAME.checkpoint.json says, and counts what PyTorch saves meanwhile.

The bytes of a stage are known beforehand: a residual layer saves its input and the tanh of its product for its
backward pass, a checkpointed one its input alone, and the loss the difference that it squares.
"""

import json

import torch
from torch import nn
from torch.distributed.pipelining import PipelineStage
from torch.distributed.pipelining.schedules import _PipelineScheduleRuntime
from torch.utils.checkpoint import checkpoint

import residual

LAYERS = 2  # per stage
TENSOR = residual.SAMPLES * residual.WIDTH * torch.float64.itemsize


def stages(count):
    """Stages of a problem in bytes, with all that may be recomputed of them."""
    return [stage(index, is_last=index == count - 1) for index in range(count)]


def stage(index, is_last):
    # The loss lets its tensor go before its stage recomputes anything.
    loss = TENSOR if is_last else 0

    def mode(name, wrapped):
        before = wrapped * TENSOR + (LAYERS - wrapped) * 2 * TENSOR
        # Layers run backwards one by one: plain ones let go what they hold before the first recomputes.
        during = max(before, (wrapped + 1) * TENSOR) if wrapped else before
        return {
            "name": name, "backward": 4 + wrapped, "checkpoint": before + loss,
            "activationForB": max(before + loss, during)}

    plain = LAYERS * 2 * TENSOR + loss
    return {
        "forward": 2, "backward": 4, "activationForB": plain,
        "layers": [f"layers.{LAYERS * index + layer}" for layer in range(LAYERS)],
        "modes": [mode("folded", LAYERS), mode("folded*1", 1)]}


class Layers(nn.Module):
    """A stage of residual layers, some of which recompute for some microbatches."""

    def __init__(self, entries, names, reentrant):
        super().__init__()
        self.reentrant = reentrant
        self.entries = entries
        self.names = names
        self.layers = nn.ModuleList(residual.Stage(int(name.split(".")[1])) for name in names)
        self.microbatch = None

    def wraps(self, name):
        return any(
            name in entry["layers"] and self.microbatch in entry.get("microbatches", [self.microbatch])
            for entry in self.entries)

    def forward(self, x):
        for name, layer in zip(self.names, self.layers):
            if not self.wraps(name):
                x = layer(x)
                continue
            if self.reentrant and not x.requires_grad:
                # A reentrant checkpoint has gradients only where its input has some.
                x = x.detach().requires_grad_()
            x = checkpoint(layer, x, use_reentrant=self.reentrant)
        return x


class NumberedStage(PipelineStage):
    """Tells its module which microbatch it runs."""

    def forward_one_chunk(self, fwd_chunk_id, *args, **kwargs):
        self.submod.microbatch = fwd_chunk_id
        return super().forward_one_chunk(fwd_chunk_id, *args, **kwargs)


class SavedBytes:
    """The bytes that are saved for backward passes, weights left out, and their peak."""

    def __init__(self, parameters):
        self.weights = {parameter.data_ptr() for parameter in parameters}
        self.holders = {}
        self.held = self.peak = 0

    def hooks(self):
        return torch.autograd.graph.saved_tensors_hooks(
            lambda tensor: Holder(tensor, self), lambda holder: holder.tensor)

    def change(self, tensor, count):
        if tensor.data_ptr() in self.weights:
            return
        # Several operations save the same tensor.
        key = (tensor.data_ptr(), tensor.nbytes)
        before = self.holders.get(key, 0)
        self.holders[key] = before + count
        self.held += tensor.nbytes * ((before + count > 0) - (before > 0))
        self.peak = max(self.peak, self.held)


class Holder:
    """A saved tensor, until autograd lets it go."""

    def __init__(self, tensor, bytes):
        self.tensor = tensor
        self.bytes = bytes
        bytes.change(tensor, 1)

    def __del__(self):
        self.bytes.change(self.tensor, -1)


def train(rank, csv, plan, hosts, microbatches, reentrant=True):
    """Trains this rank's stages; tells how far losses and gradients are from the reference, and the most bytes saved."""
    with open(plan) as file:
        entries = json.load(file)["ranks"][rank]["checkpoint"]
    example = torch.zeros(residual.SAMPLES, residual.WIDTH, dtype=torch.float64)
    between = example.clone().requires_grad_()
    modules = {
        stage: Layers(
            [entry for entry in entries if entry["stage"] == stage],
            [f"layers.{LAYERS * stage + layer}" for layer in range(LAYERS)], reentrant)
        for stage, host in enumerate(hosts) if host == rank
    }
    schedule = _PipelineScheduleRuntime(
        [
            NumberedStage(
                module, stage, len(hosts), torch.device("cpu"), output_args=between,
                input_args=between if stage > 0 else example)
            for stage, module in modules.items()
        ],
        microbatches, loss_fn=residual.loss_of)
    schedule._load_csv(csv)
    optimizer = residual.optimizer_of(modules.values())
    saved = SavedBytes([parameter for module in modules.values() for parameter in module.parameters()])
    worst = 0.0
    for step, (losses, gradients) in enumerate(residual.reference(LAYERS * len(hosts), microbatches)):
        inputs, targets = residual.batch(step, microbatches)
        optimizer.zero_grad()
        found = []
        with saved.hooks():
            schedule.step(*([inputs] if 0 in modules else []), target=targets, losses=found)
        if len(hosts) - 1 in modules:
            worst = max(worst, residual.difference(torch.stack(found).detach() if found else None, losses))
        for stage, module in modules.items():
            for layer, part in enumerate(module.layers):
                for name, parameter in part.named_parameters():
                    expected = gradients[LAYERS * stage + layer][name]
                    worst = max(worst, residual.difference(parameter.grad, expected))
        optimizer.step()
    return worst, saved.peak
