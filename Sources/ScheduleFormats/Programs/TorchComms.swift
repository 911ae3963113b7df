import PipelineModel

/// The `compute_comms` CSV of `torch.distributed.pipelining`: the file that its runtime really executes, with every send
/// and receive.
///
/// Cells are those of `TorchCSV`, and `0SEND_F1`, `1RECV_F1`, `1SEND_B1`, `0RECV_B1`, where SEND names the stage that
/// sends and RECV the one that receives; `1UNSHARD`, `1RESHARD`, `1REDUCE_GRAD` and waits are kept as steps without time.
/// Older files call the whole backward pass `BW` and that for the input `B`. Source: the lowering in
/// torch/distributed/pipelining/schedules.py, PyTorch 2.13 and 2.15.
public struct TorchComms: ProgramFormat {
  /// The version that files are written for; `nil` for the newest.
  let version: TorchVersion?

  /// Names the format, as a version of PyTorch reads it; the newest where it is left out.
  public init(for version: TorchVersion? = nil) { self.version = version }

  /// The name on the command line.
  public var name: String { "torch-comms" }
  /// The largest text that is read: about six million cells.
  public var largestText: Int { TorchCSV().largestText }

  /// Stages are where their actions stand, as for `TorchCSV`.
  public func impliedProblem(of bytes: [UInt8], file: String) throws(FormatError) -> Problem {
    do throws(FormatError) {
      return try TorchImpliedProblem(try reader(bytes)).problem()
    } catch {
      throw error.about(file: file)
    }
  }

  /// Reads the programs of all ranks.
  public func decode(
    _ bytes: [UInt8], file: String, for problem: Problem
  ) throws(FormatError) -> [RankProgram] {
    do throws(FormatError) {
      let (plain, tasks) = (problem.asWritten, try tasks(of: problem))
      let reader = try reader(bytes)
      try TorchCSVRules(reader: reader, problem: plain).check()
      try TorchCommsRules(reader: reader, problem: plain).check()
      return reader.rows.indices.map { tasks.tasks(of: program(ofRow: $0, of: reader, for: plain)) }
    } catch {
      throw error.about(file: file)
    }
  }

  /// The tasks of a problem that PyTorch can run, of which some are steps.
  private func tasks(of problem: Problem) throws(FormatError) -> TorchTasks {
    do throws(ExportRefusal) {
      try problem.asWritten.checkRunsInTorch()
      return try TorchTasks(problem)
    } catch {
      throw FormatError(.unsuitable(error))
    }
  }

  private func reader(_ bytes: [UInt8]) throws(FormatError) -> TorchCellReader {
    guard bytes.count <= largestText else {
      throw FormatError(.tooLarge(bytes: bytes.count, limit: largestText))
    }
    return try TorchCellReader(bytes, dialect: TorchDialect(of: bytes), holdsTransfers: true)
  }

  /// One row, its operations and its other cells in the order in which they stand.
  private func program(ofRow row: Int, of reader: TorchCellReader, for problem: Problem) -> RankProgram {
    var program = RankProgram(device: Device.ID(row))
    var steps = reader.steps[row][...]
    var actions = reader.rows[row][...]
    while let cell = [steps.first?.cell, actions.first?.cell].compactMap(\.self).min() {
      if let step = steps.first, step.cell == cell {
        steps.removeFirst()
        program.instructions.append(instruction(step, for: problem))
        continue
      }
      let action = actions.removeFirst()
      let operation = action.operation(on: problem.stages)
      if action.beginsPair, let second = actions.popFirst() {
        program.instructions.append(
          .overlap(forward: operation, backward: second.operation(on: problem.stages)))
      } else {
        program.instructions.append(.compute(.pass(operation)))
      }
    }
    return program
  }

  private func instruction(_ step: TorchStep, for problem: Problem) -> RankProgram.Instruction {
    switch step.kind {
    case .local(let kind): return .local(LocalStep(kind, stage: step.stage, microbatch: step.microbatch))
    case .send(let payload): return .send(transfer(step, payload, for: problem))
    case .receive(let payload): return .receive(transfer(step, payload, for: problem))
    }
  }

  /// The message of a transfer; the rules have seen that its stages and its microbatch exist.
  private func transfer(_ step: TorchStep, _ payload: Transfer.Payload, for problem: Problem) -> Transfer {
    let ends = step.ends ?? (payload, step.stage.index, step.stage.index)
    let microbatch = step.microbatch ?? Microbatch.ID(0)
    // One number for each message that there can be.
    let number = 2 * ends.source + (payload == .activation ? 0 : 1)
    func visit(_ stage: Int) -> Route.Visit {
      Route.Visit(stage: Stage.ID(stage), device: problem.hosts[stage][0])
    }
    return Transfer(
      pair: number * problem.microbatchCount + microbatch.index, payload, microbatch: microbatch,
      from: visit(ends.source), to: visit(ends.destination))
  }
}
