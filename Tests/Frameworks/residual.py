"""A small residual model in float64, trained in one process and as the stages of a pipeline."""

import functools

import pipeloom
import torch
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.pipelining import PipelineStage
from torch.distributed.pipelining.schedules import _PipelineScheduleRuntime

WIDTH = 6
SAMPLES = 2  # per microbatch
STEPS = 2
LEARNING_RATE = 0.05


class Stage(nn.Module):
    """x + a small network of x: every stage has gradients for its weights and its input."""

    def __init__(self, index):
        super().__init__()
        generator = torch.Generator().manual_seed(1000 + index)
        self.first = nn.Parameter(torch.randn(WIDTH, WIDTH, dtype=torch.float64, generator=generator) / 2)
        self.second = nn.Parameter(torch.randn(WIDTH, WIDTH, dtype=torch.float64, generator=generator) / 2)

    def forward(self, x):
        return x + torch.tanh(x @ self.first) @ self.second


def loss_of(output, target):
    return ((output - target) ** 2).mean()


def batch(step, microbatches):
    """The inputs and targets of one optimizer step."""
    generator = torch.Generator().manual_seed(step)
    shape = (2, microbatches * SAMPLES, WIDTH)
    return torch.randn(shape, dtype=torch.float64, generator=generator)


def optimizer_of(modules):
    parameters = [parameter for module in modules for parameter in module.parameters()]
    return torch.optim.SGD(parameters, lr=LEARNING_RATE, momentum=0.9)


@functools.lru_cache(maxsize=8)
def reference(stages, microbatches):
    """Per step the loss of each microbatch, and the gradients by stage and name; in one process."""
    model = [Stage(index) for index in range(stages)]
    optimizer = optimizer_of(model)
    steps = []
    for step in range(STEPS):
        inputs, targets = batch(step, microbatches)
        optimizer.zero_grad()
        losses = []
        for x, target in zip(inputs.chunk(microbatches), targets.chunk(microbatches)):
            for module in model:
                x = module(x)
            losses.append(loss_of(x, target))
        torch.stack(losses).mean().backward()
        gradients = [
            {name: parameter.grad.clone() for name, parameter in module.named_parameters()} for module in model
        ]
        steps.append((torch.stack(losses).detach(), gradients))
        optimizer.step()
    return steps


def difference(found, expected):
    """The largest difference between two tensors, relative to the largest expected number."""
    if found is None or found.shape != expected.shape:
        return float("inf")
    worst = ((found - expected).abs().max() / expected.abs().max()).item()
    return worst if worst == worst else float("inf")


@functools.cache
def replicas():
    """The ranks over which this rank's weights are sharded: itself alone, which goes through all that more would."""
    ranks = torch.distributed.get_world_size()
    return init_device_mesh("cpu", (ranks, 1), mesh_dim_names=("pipeline", "replicas"))["replicas"]


def whole(tensor):
    """A tensor that may be sharded, as it is."""
    return tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor


def train(
        rank, hosts, microbatches, csv=None, comms=False, sharded=False, schedule=None, disturbance=0.0):
    """Trains this rank's stages as a file orders; tells how far losses and gradients are from the reference.

    csv: an exported file. comms: whether it holds transfers and steps. sharded: whether the weights are gathered and freed by
    its steps. schedule: in its place the schedule file, to be run through the Python package.
    hosts: the rank of each stage. disturbance: a relative error put into this rank's weights.
    """
    # Examples tell shapes, and which tensors have gradients to send back: not the batch itself.
    batch_like = torch.zeros(SAMPLES, WIDTH, dtype=torch.float64)
    activation_like = batch_like.clone().requires_grad_()
    modules = {stage: Stage(stage) for stage, host in enumerate(hosts) if host == rank}
    with torch.no_grad():
        for module in modules.values():
            module.first.mul_(1 + disturbance)
    if sharded:
        for module in modules.values():
            fully_shard(module, mesh=replicas())
    stages = [
        PipelineStage(
            module, stage, len(hosts), torch.device("cpu"), output_args=activation_like,
            input_args=activation_like if stage > 0 else batch_like)
        for stage, module in modules.items()
    ]
    if schedule:
        runtime = pipeloom.Schedule.load(schedule).runtime(stages, loss_of)
    else:
        runtime = _PipelineScheduleRuntime(stages, microbatches, loss_fn=loss_of)
        runtime._load_csv(csv, format="compute_comms" if comms else "compute_only")
    optimizer = optimizer_of(modules.values())
    worst = 0.0
    for step, (expected_losses, expected_gradients) in enumerate(reference(len(hosts), microbatches)):
        inputs, targets = batch(step, microbatches)
        optimizer.zero_grad()
        losses = []
        runtime.step(*([inputs] if 0 in modules else []), target=targets, losses=losses)
        if len(hosts) - 1 in modules:
            found = torch.stack(losses).detach() if losses else None
            worst = max(worst, difference(found, expected_losses))
        for stage, module in modules.items():
            for name, parameter in module.named_parameters():
                worst = max(worst, difference(whole(parameter.grad), expected_gradients[stage][name]))
        optimizer.step()
    return worst


def profile(rank, folder, **arguments):
    """Trains under PyTorch's profiler and writes this rank's trace."""
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profiler:
        train(rank, **arguments)
    profiler.export_chrome_trace(f"{folder}/rank{rank}.json")
