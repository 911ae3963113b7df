import PipelineModel

/// The generic program is read back as it was written, and as anybody else may write it: with messages of any name, between
/// any two ranks.
extension GenericProgram: ProgramFormat {
  /// The largest text that is read: about four million instructions.
  public var largestText: Int { 512 << 20 }

  /// Stages and routes are where operations stand; every part of a pass takes 1.
  public func impliedProblem(of bytes: [UInt8], file: String) throws(FormatError) -> Problem {
    do throws(FormatError) {
      return try ProgramFile.decode(bytes, limit: largestText).impliedProblem()
    } catch {
      throw error.about(file: file)
    }
  }

  /// Reads the programs of all ranks.
  public func decode(
    _ bytes: [UInt8], file: String, for problem: Problem
  ) throws(FormatError) -> [RankProgram] {
    do throws(FormatError) {
      let file = try ProgramFile.decode(bytes, limit: largestText)
      try file.checkSuits(problem)
      return file.programs
    } catch {
      throw error.about(file: file)
    }
  }
}

/// What a file of the generic program says.
struct ProgramFile {
  /// One stage: the ranks that host it, and the names of its layers where they are known.
  struct Stage {
    var ranks: [Int32] = []
    var layers: [String]?
  }

  var rankCount = 0
  var stages: [Stage] = []
  var microbatchCount = 0
  /// One per rank, in the order of ranks.
  var programs: [RankProgram] = []

  /// Reads a file; programs may come in any order.
  static func decode(_ bytes: [UInt8], limit: Int) throws(FormatError) -> ProgramFile {
    guard bytes.count <= limit else { throw FormatError(.tooLarge(bytes: bytes.count, limit: limit)) }
    var file = try JSONReader.read(bytes) { (reader) throws(FormatError) in try reader.readProgramFile() }
    file.programs.sort { $0.device < $1.device }
    try file.checkCounts()
    return file
  }

  private func checkCounts() throws(FormatError) {
    func check(_ count: Int, _ key: ProblemKey) throws(FormatError) {
      do throws(ProblemError) { try ProblemRules.checkCount(count, key: key) } catch {
        throw FormatError(.problem(error.reason), key: error.key)
      }
    }
    try check(rankCount, ["ranks"])
    try check(stages.count, ["stages"])
    try check(microbatchCount, ["microbatches"])
    for (rank, program) in programs.enumerated() where program.device.index != rank {
      let isRepeated = program.device.index < rank
      throw FormatError(
        .expected(
          "one program for each of \(rankCount.counted("rank"))",
          found: isRepeated ? "two of rank \(program.device)" : "none of rank \(rank)"), key: ["programs"])
    }
    guard programs.count == rankCount else {
      throw FormatError(
        .expected("\(rankCount.counted("program")), one per rank", found: "\(programs.count)"),
        key: ["programs"])
    }
    for (index, stage) in stages.enumerated() {
      guard !stage.ranks.isEmpty, stage.ranks.allSatisfy({ $0 >= 0 && Int($0) < rankCount }) else {
        throw FormatError(
          .expected("ranks from 0 to \(rankCount - 1)", found: "\(stage.ranks)"),
          key: ["stages", .index(index), "ranks"])
      }
    }
  }

  /// Checks that the programs are about as many ranks, stages and microbatches as a problem has, on its devices.
  func checkSuits(_ problem: Problem) throws(FormatError) {
    func check(_ thing: String, _ count: Int, _ found: Int, _ key: String) throws(FormatError) {
      guard count == found else {
        throw FormatError(
          .expected("\(count.counted(thing)), as the problem has", found: "\(found)"), key: [.name(key)])
      }
    }
    try check("rank", problem.deviceCount, rankCount, "ranks")
    try check("stage", problem.stageCount, stages.count, "stages")
    try check("microbatch", problem.microbatchCount, microbatchCount, "microbatches")
    for (index, stage) in stages.enumerated() {
      let hosts = problem.hosts[index].map(\.rawValue)
      guard Set(stage.ranks).isSubset(of: hosts) else {
        let list = hosts.map(String.init).joined(separator: ", ").shortened
        throw FormatError(
          .expected("ranks \(list), where the problem has stage \(index)", found: "\(stage.ranks)"),
          key: ["stages", .index(index), "ranks"])
      }
    }
  }
}
