import Measurement
import PipelineModel

/// The dumps of Primus (AMD-AGI/Primus, `dump_pp_data`): one file per rank with the starts and ends of its passes by
/// iteration, in milliseconds.
///
/// A file is called `pp_rank_3.json`. Where it names no microbatches and chunks, passes stand in order of their
/// microbatches or, where a `config.json` beside it says that there are several chunks, in Megatron's interleaved order.
struct PrimusDumps: Sendable {
  private var files: [(name: String, rank: Int?, iterations: [PrimusIteration])] = []
  private var chunkCount = 1
  private var pipelineSize: Int?

  /// How many ranks have been read.
  var count: Int { files.count }

  /// Whether a text is a dump, which begins with an iteration's number, or the configuration beside them.
  static func isOne(_ bytes: [UInt8]) -> Bool {
    let beginning = bytes.prefix(100).filter { !ASCII.isBlank($0) }
    guard beginning.count > 2, beginning[0] == ASCII.openBrace, beginning[1] == ASCII.quote else {
      return false
    }
    return ASCII.isDigit(beginning[2]) || isConfiguration(bytes)
  }

  private static func isConfiguration(_ bytes: [UInt8]) -> Bool {
    bytes.count < 1 << 16 && String(decoding: bytes, as: UTF8.self).contains("\"pp_size\"")
  }

  /// Reads a dump or the configuration. O(text).
  ///
  /// - Throws: `FormatError` where lists are missing or of different lengths.
  mutating func read(_ bytes: [UInt8], file: String) throws(FormatError) {
    if Self.isConfiguration(bytes) { return try readConfiguration(bytes) }
    var iterations: [PrimusIteration] = []
    try JSONReader.read(bytes) { (reader) throws(FormatError) in
      try reader.readObject(expecting: "iterations") { (reader, key, place) throws(FormatError) in
        guard let number = Int32(key) else {
          throw reader.error(.expected("the number of an iteration", found: key.quoted), at: place)
        }
        iterations.append(try PrimusIteration(Int(number), &reader))
      }
    }
    guard iterations.contains(where: { !$0.isEmpty }) else {
      throw FormatError(.expected("iterations with passes", found: "none"))
    }
    files.append((file, Self.rank(of: file), iterations))
  }

  private mutating func readConfiguration(_ bytes: [UInt8]) throws(FormatError) {
    var (chunks, size): (Int32, Int32) = (1, 0)
    try JSONReader.read(bytes) { (reader) throws(FormatError) in
      try reader.readObject(expecting: "a configuration") { (reader, key, _) throws(FormatError) in
        switch key {
        case "vp_size", "vpp_size": chunks = try reader.readInt32(expecting: "a number of chunks")
        case "pp_size": size = try reader.readInt32(expecting: "a number of ranks")
        default: try reader.skipValue()
        }
      }
    }
    chunkCount = max(1, Int(chunks))
    pipelineSize = size > 0 ? Int(size) : nil
  }

  /// The number at the end of a file's name.
  private static func rank(of file: String) -> Int? {
    let name = file.split(separator: "/").last ?? ""
    let digits = name.prefix { $0 != "." }.reversed().prefix(while: \.isNumber).reversed()
    return Int32(String(digits)).map { Int($0) }
  }

  /// One recording for each file. The ranks are those of one pipeline.
  var recordings: [RankRecording] {
    let ranks = files.compactMap(\.rank)
    let size = pipelineSize ?? (ranks.max() ?? 0) + 1
    let isKnown = ranks.count == files.count && ranks.allSatisfy { $0 < size } && size <= 1 << 16
    return files.map { name, rank, iterations in
      var recording = RankRecording(
        name: name, clock: name, rank: rank, pipeline: isKnown ? Array(0..<size) : nil)
      // Every iteration counts from 0: they are put one after another.
      var begin = 0.0
      for iteration in iterations {
        recording.operations += iteration.operations(
          from: begin, chunkCount: chunkCount, pipelineSize: isKnown ? size : files.count)
        if let total = iteration.total {
          recording.marks.append(StepMark(number: iteration.number, start: begin, duration: total))
        }
        begin += max(iteration.total ?? 0, iteration.lastEnd) + 1
      }
      return recording
    }
  }
}

/// One iteration of a dump.
private struct PrimusIteration: Sendable {
  /// Its number.
  let number: Int
  /// How long it took.
  private(set) var total: Double?
  private var lists: [String: [Double]] = [:]

  /// What passes are called.
  private static let passes: [(pass: RecordedOperation.Pass, name: String)] = [
    (.forward, "fwd"), (.letterB, "bwd"), (.backwardWeight, "wgrad"),
  ]

  init(_ number: Int, _ reader: inout JSONReader) throws(FormatError) {
    self.number = number
    var lists: [String: [Double]] = [:]
    var total: Double?
    try reader.readObject(expecting: "an iteration") { (reader, key, _) throws(FormatError) in
      if key == "total" {
        total = try reader.readNumber(expecting: "a number of milliseconds")
      } else if reader.skipBlanks() == ASCII.openBracket {
        var list: [Double] = []
        try reader.readArray(expecting: "a list of numbers") { (reader, _) throws(FormatError) in
          list.append(try reader.readNumber(expecting: "a number"))
        }
        lists[key] = list
      } else {
        try reader.skipValue()
      }
    }
    (self.lists, self.total) = (lists, total)
    try check()
  }

  private func check() throws(FormatError) {
    for (pass, name) in Self.passes {
      guard let starts = lists["\(name)_start"], let ends = lists["\(name)_end"] else {
        guard pass == .backwardWeight else { throw FormatError(.missingKey("\(name)_start")) }
        continue
      }
      guard starts.count == ends.count else {
        throw FormatError(
          .expected("as many ends as starts, \(starts.count), in \(name)_end", found: "\(ends.count)"))
      }
      if let wrong = starts.indices.first(where: { ends[$0] < starts[$0] }) {
        throw FormatError(
          .expected(
            "a duration of at least 0 in \(name)_end[\(wrong)]", found: (ends[wrong] - starts[wrong]).short))
      }
    }
  }

  /// Whether it has no passes.
  var isEmpty: Bool { lists["fwd_start"]?.isEmpty ?? true }

  /// When the last pass ends.
  var lastEnd: Double { Self.passes.compactMap { lists["\($0.name)_end"]?.max() }.max() ?? 0 }

  /// The passes of the iteration.
  func operations(from begin: Double, chunkCount: Int, pipelineSize: Int) -> [RecordedOperation] {
    Self.passes.flatMap { pass, name -> [RecordedOperation] in
      guard let starts = lists["\(name)_start"], let ends = lists["\(name)_end"] else { return [] }
      let microbatches = whole(lists["\(name)_minibatch"] ?? [])
      let chunks = whole(lists["\(name)_chunk"] ?? [])
      return starts.indices.map { index in
        let usual = Self.interleaved(index, chunkCount, pipelineSize, isForward: pass == .forward)
        return RecordedOperation(
          pass, stage: nil, chunk: index < chunks.count ? chunks[index] : usual.chunk,
          microbatch: index < microbatches.count ? microbatches[index] : usual.microbatch, step: number,
          span: TimeSpan(start: begin + starts[index], duration: ends[index] - starts[index]))
      }
    }
  }

  /// Which pass comes at a place in Megatron's interleaved order: as many microbatches as ranks through one chunk after
  /// another, backward from the last.
  private static func interleaved(
    _ index: Int, _ chunkCount: Int, _ pipelineSize: Int, isForward: Bool
  ) -> (chunk: Int, microbatch: Int) {
    guard chunkCount > 1 else { return (0, index) }
    let (size, isTooLarge) = chunkCount.multipliedReportingOverflow(by: pipelineSize)
    guard !isTooLarge, size > 0 else { return (0, index) }
    let chunk = index % size / pipelineSize
    return (
      isForward ? chunk : chunkCount - 1 - chunk, index / size * pipelineSize + index % pipelineSize
    )
  }

  private func whole(_ numbers: [Double]) -> [Int] {
    let whole = numbers.compactMap { Int32(exactly: $0) }.filter { $0 >= 0 }
    return whole.count == numbers.count ? whole.map { Int($0) } : []
  }
}
