import PipelineModel

/// Proves that the sends and receives of programs cannot block, or finds why they do.
///
/// Which step completes first never changes what can complete later: a step that can complete stays able to
/// until it does. One run as far as possible therefore decides for all runs, whatever the speed of the devices.
public struct CommunicationProof: Sendable {
  private let programs: [RankProgram]
  private let mode: CommunicationMode

  /// Takes one program per device, in the order of devices.
  public init(_ programs: [RankProgram], mode: CommunicationMode) {
    self.programs = programs
    self.mode = mode
  }

  /// The number of messages. O(instructions).
  public var messageCount: Int {
    programs.reduce(0) { count, program in
      count + program.instructions.count { if case .send = $0 { true } else { false } }
    }
  }

  /// What is wrong with the programs of a schedule; `nil` when they run to their end and every operation has
  /// what it needs. A circle of waiting devices is the shortest there is.
  ///
  /// - Complexity: O(instructions x log instructions); a circle takes O(devices x waits) more.
  public func fault(in schedule: Schedule) -> CommunicationFault? {
    ProgramRules(programs, of: schedule).fault() ?? fault()
  }

  /// What is wrong with the sends and receives alone.
  public func fault() -> CommunicationFault? {
    let matching: TransferMatching
    do throws(CommunicationFault) { matching = try TransferMatching(programs) } catch { return error }
    let run = CommunicationRun(TransferRequirements(programs, matching, mode: mode))
    let waits = run.waits
    guard !waits.isEmpty else { return nil }
    return .blocked(
      WaitGraph(waits).shortestCircle().map {
        CommunicationFault.Wait(step: programs.step($0.step), other: programs.step($0.other))
      })
  }
}
