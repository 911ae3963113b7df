import PipelineModel

/// Checks that programs run the orders of their schedule, and that messages and waits bring what operations need.
struct ProgramRules {
  private let programs: [RankProgram]
  private let needs: ProgramNeeds

  init(_ programs: [RankProgram], of schedule: Schedule) {
    self.programs = programs
    needs = ProgramNeeds(of: schedule)
  }

  /// The first thing wrong, device by device. O(instructions and what they need).
  func fault() -> CommunicationFault? {
    let expected = needs.problem.deviceCount
    guard programs.count == expected,
      programs.enumerated().allSatisfy({ $0.offset == $0.element.device.index })
    else { return .wrongPrograms(devices: programs.map(\.device), expected: expected) }
    return programs.lazy.compactMap(fault).first
  }

  private func fault(in program: RankProgram) -> CommunicationFault? {
    var run = ProgramRun(program, needs)
    for (position, instruction) in program.instructions.enumerated() {
      let step = CommunicationFault.Step(
        device: program.device, position: position, instruction: instruction)
      if let fault = run.take(step) { return fault }
    }
    return run.end()
  }
}
