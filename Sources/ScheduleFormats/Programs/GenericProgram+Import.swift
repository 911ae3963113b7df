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
  /// The names of the streams; the first is the compute stream.
  var streams = [StreamedProblem.computeStream]
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

  /// Checks that the programs are about as many ranks, stages and microbatches as a problem has, on its devices, and about
  /// its streams and tasks.
  func checkSuits(_ scheduled: Problem) throws(FormatError) {
    let problem = scheduled.asWritten
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
    try checkStreams(of: scheduled)
  }

  /// Checks that the problem has the streams of the file, and all work that is named, each on its stream.
  private func checkStreams(of problem: Problem) throws(FormatError) {
    let known = problem.layout?.written.streams ?? [StreamedProblem.computeStream]
    guard known.dropFirst() == streams.dropFirst() else {
      let lists = [known, streams].map { $0.map(\.shortened).joined(separator: ", ") }
      throw FormatError(
        .expected("the streams that the problem has (\(lists[0]))", found: lists[1]), key: ["streams"])
    }
    let works = ProgramWorks(problem)
    func isKnown(_ work: ProgramWork) -> Bool { works.operation(of: work) != nil }
    func runs(_ work: ProgramWork, on stream: String?) -> Bool {
      guard let operation = works.operation(of: work) else { return false }
      // Of stages that a problem without streams does not have, whoever times the orders speaks.
      guard problem.layout != nil else { return stream == nil }
      return problem.programPlace(of: problem.hosts[operation.stage.index][0]).stream == stream
    }
    for program in programs {
      for (position, instruction) in program.instructions.enumerated() {
        let suits =
          switch instruction {
          case .compute(let work, let stream): runs(work, on: stream)
          case .hold(let wait):
            isKnown(wait.work) && problem.device(ofRank: program.device, stream: wait.stream) != nil
          case .send(let transfer), .receive(let transfer): transfer.content.works.allSatisfy(isKnown)
          case .overlap, .copy, .wait, .local: true
          }
        guard suits else {
          throw FormatError(
            .expected(
              "work that the problem has, on its stream",
              found: "\(instruction) at instruction \(position) of rank \(program.device)"),
            key: ["programs"])
        }
      }
    }
  }
}

extension Transfer.Content {
  /// The work that a message names.
  fileprivate var works: [ProgramWork] {
    if case .result(let result) = self { [result.producer, result.consumer] } else { [] }
  }
}
