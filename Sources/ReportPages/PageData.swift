import Diagrams
import FoundationEssentials
import PipelineModel
import Timeline

/// What the page's script reads: columns of numbers in base64, one entry for each operation, step or gap.
struct PageData: Encodable {
  private let kinds: [Kind]
  private let causes: [String]
  private let streamKinds: [StreamKind]
  private let schedules: [ScheduleData]

  private struct Kind: Encodable {
    let symbol: String
    let title: String
    let colours: [Colours]
  }

  private struct Colours: Encodable {
    let light: String
    let dark: String
    var letters: String?
    var darkLetters: String?
  }

  private struct StreamKind: Encodable {
    let title: String
    let colour: Colours
  }

  /// Collects all schedules. O(operations + memory steps).
  init(_ entries: [ReportPage.Entry], causes: [String]) {
    let chunks = entries.map { StageTints($0.timeline.schedule.problem.asWritten).count }.max() ?? 1
    kinds = PageKind.allCases.map { kind in
      Kind(
        symbol: kind.symbol, title: kind.title,
        colours: (0..<chunks).map { chunk in
          let (fill, letters) = kind.colours(chunk: chunk, of: chunks)
          return Colours(
            light: fill.hex(.light), dark: fill.hex(.dark), letters: letters.hex(.light),
            darkLetters: letters.hex(.dark))
        })
    }
    self.causes = causes
    streamKinds = HostTransfer.Way.allCases.map { way in
      let paint = GanttColours.transfer(way)
      return StreamKind(
        title: way == .offload ? "offload to the host" : "reload from the host",
        colour: Colours(light: paint.hex(.light), dark: paint.hex(.dark)))
    }
    schedules = entries.map(ScheduleData.init)
  }

  /// The data as JSON in which no `<` can end the script that it stands in.
  ///
  /// - Throws: `EncodingError` for a time that is not finite.
  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self).flatMap { byte in
      byte == UInt8(ascii: "<") ? Array("\\u003c".utf8) : [byte]
    }
  }
}

/// Which chunk of its device a stage is: its colours tell it.
struct StageTints {
  /// By stage.
  let tints: [Int]
  /// How many there are.
  let count: Int

  init(_ problem: Problem) {
    var hosted = [Int](repeating: 0, count: problem.deviceCount)
    tints = problem.hosts.map { devices in
      let chunk = devices.first.map { hosted[$0.index] } ?? 0
      for device in devices { hosted[device.index] += 1 }
      return chunk
    }
    count = (tints.max() ?? 0) + 1
  }
}
