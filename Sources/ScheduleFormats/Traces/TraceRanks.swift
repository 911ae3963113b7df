import Measurement
import PipelineModel

/// The recordings of the ranks that one trace file holds.
struct TraceRanks {
  private let found: TraceOperations
  private let events: TraceEvents
  private let hasDevice: Bool
  private let file: String

  /// Finds the operations of a file; what else it holds is dropped.
  init(_ events: TraceEvents, file: String) {
    self.file = file
    found = TraceOperations(events)
    hasDevice = events.hasDevice
    var rest = events
    rest.named = [:]
    rest.kernels = []
    rest.launches = [:]
    self.events = rest
  }

  /// One recording for each rank.
  ///
  /// - Parameter isAlone: whether it is the only file of the run, so that it has all ranks.
  func recordings(isAlone: Bool) -> [RankRecording] {
    let processes = Dictionary(grouping: found.pieces, by: \.track.process)
    let ranks = Set(found.pieces.compactMap(\.match.rank))
    if !ranks.isEmpty {
      return ranks.sorted().map { rank in
        recording("\(file), rank \(rank)", rank, found.pieces.filter { $0.match.rank == rank }) { _ in false }
      }
    }
    if !isAlone || events.rank != nil || (processes.count == 1 && hasDevice) {
      return [recording(file, events.rank, found.pieces) { _ in true }]
    }
    if processes.count > 1 {
      return processes.sorted { name($0.key) < name($1.key) }.map { process, pieces in
        let label = events.processNames[process]
        let title = label?.shortened ?? "process \(name(process).shortened)"
        return recording("\(file), \(title)", label.flatMap(Self.rank), pieces) { $0.process == process }
      }
    }
    let threads = Dictionary(grouping: found.pieces, by: \.track)
    return threads.sorted { name($0.key.thread) < name($1.key.thread) }.map { track, pieces in
      recording("\(file), thread \(name(track.thread).shortened)", nil, pieces) { $0 == track }
    }
  }

  private func name(_ number: Int32) -> String { events.names.texts[Int(number)] }

  /// The number in a label such as `device 3` or `rank 3`.
  private static func rank(_ label: String) -> Int? {
    let words = label.lowercased().split { !$0.isLetter && !$0.isNumber }
    let place = words.firstIndex { $0 == "device" || $0 == "rank" }
    return place.flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
  }

  private func recording(
    _ name: String, _ rank: Int?, _ pieces: [TraceOperations.Piece], owns: (TraceEvents.Track) -> Bool
  ) -> RankRecording {
    var recording = RankRecording(
      name: name, clock: file, rank: rank,
      pipeline: rank.flatMap { rank in events.pipelines.first { $0.contains(rank) } },
      worldSize: events.worldSize)
    recording.operations = OperationJoiner(pieces, joinsKernels: found.joinsKernels).operations
    recording.transfers = found.transfers.filter { owns($0.track) }.map(\.transfer)
    recording.marks = marks
    let steps = events.optimizerSteps[.device] ?? events.optimizerSteps[.host] ?? []
    recording.optimizerSteps = Self.joined(steps.filter { owns($0.track) }.map(\.span))
    return recording
  }

  /// The iterations: from where the accelerator starts them, as long as the processor says.
  private var marks: [StepMark] {
    let host = events.marks[.host] ?? [:]
    let device = events.marks[.device] ?? [:]
    let isOnDevice = hasDevice && !device.isEmpty
    return (isOnDevice ? device : host).map { number, span in
      StepMark(number: number, start: span.start, duration: host[number]?.duration ?? span.duration)
    }
  }

  /// Ranges of several streams that overlap, as one each.
  private static func joined(_ spans: [TimeSpan]) -> [TimeSpan] {
    spans.sorted { $0.start < $1.start }.reduce(into: []) { joined, span in
      if let last = joined.last, span.start < last.end {
        joined[joined.count - 1] = last.joined(span)
      } else {
        joined.append(span)
      }
    }
  }
}
