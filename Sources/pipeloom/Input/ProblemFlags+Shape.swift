import PipelineModel

/// Problems that flags describe by themselves.
extension ProblemFlags {
  /// Whether flags describe a problem by themselves.
  var describeProblem: Bool { shapeFlags.contains(where: \.isGiven) }

  /// The flags that do, and whether each is given.
  var shapeFlags: [(name: String, isGiven: Bool)] {
    [
      ("--devices", devices != nil), ("--forward", forward != nil),
      ("--backward-input", backwardInput != nil), ("--backward-weight", backwardWeight != nil),
      ("--activation-for-b", activationForB != nil), ("--activation-for-w", activationForW != nil),
      ("--static", `static` != nil),
    ]
  }

  /// The problem that they describe.
  func fromFlags() throws -> Problem {
    guard let devices, let microbatches else {
      throw Failure(
        .usage,
        "expected PROBLEM (a file, '-' or one of \(Self.presetNames)), or --devices and --microbatches")
    }
    let held = activationForB?.value ?? 1
    let stage = Stage(
      forward: forward?.value ?? 1, backwardInput: backwardInput?.value ?? 1,
      backwardWeight: backwardWeight?.value ?? 1, activationForB: held,
      activationForW: activationForW?.value ?? held / 2, staticMemory: `static`?.value ?? 0)
    return try usage { () throws(ProblemError) in
      // Before anything of that size is made.
      try ProblemRules.checkCount(devices, key: ["devices"])
      try ProblemRules.checkCount(microbatches, key: ["microbatches"])
      return try Problem(
        devices: Array(repeating: Device(), count: devices), stages: Array(repeating: stage, count: devices),
        microbatches: Array(repeating: Microbatch(), count: microbatches))
    }
  }

  /// Words a problem's error with the flag that caused it.
  func usage(_ make: () throws(ProblemError) -> Problem) throws -> Problem {
    do throws(ProblemError) {
      return try make()
    } catch {
      throw Failure(.usage, "\(Self.flag(for: error.key)): \(error.reason)")
    }
  }

  private static func flag(for key: ProblemKey) -> String {
    let names: [String] = key.steps.compactMap { step in
      guard case .name(let name) = step else { return nil }
      return name
    }
    // `stages[2].activationForW` was given as --activation-for-w.
    return (names.last ?? "problem").reduce(into: "--") { flag, letter in
      flag += letter.isUppercase ? "-\(letter.lowercased())" : String(letter)
    }
  }
}
