import PipelineModel

/// What one device ran, by its place in the traces.
struct MeasuredDevice {
  /// The name for messages.
  var name: String
  /// The rank, where the trace tells it.
  var rank: Int?
  /// The operations, in the order of their starts.
  var events: [TraceRecording.Event]
  /// How many more the trace holds on other tracks.
  var leftOut = 0

  /// The devices of all recordings, by rank: of several files each is one device, of a single one each process,
  /// or each thread where there is only one process.
  ///
  /// Devices whose trace tells no rank are ordered by the first stage that they run.
  static func devices(of recordings: [TraceRecording]) throws(FormatError) -> [MeasuredDevice] {
    var devices =
      recordings.count > 1
      ? recordings.map { MeasuredDevice(name: $0.file, rank: $0.rank, tracks: $0.events) }
      : recordings.flatMap(devices(of:))
    for device in devices { try device.checkOneAtATime() }
    let ranks = Set(devices.compactMap(\.rank))
    if ranks.count == devices.count {
      if let missing = devices.indices.first(where: { !ranks.contains($0) }) {
        throw FormatError(
          .expected("the traces of ranks 0 to \(ranks.max() ?? 0)", found: "none of rank \(missing)"))
      }
      devices.sort { ($0.rank ?? 0) < ($1.rank ?? 0) }
    } else if devices.allSatisfy({ $0.firstStage != nil }) {
      devices.sort { ($0.firstStage ?? 0) < ($1.firstStage ?? 0) }
    }
    return devices
  }

  private static func devices(of recording: TraceRecording) -> [MeasuredDevice] {
    let processes = Dictionary(grouping: recording.events.keys, by: \.process)
    guard processes.count == 1, recording.rank == nil else {
      return processes.sorted { $0.key < $1.key }.map { process, tracks in
        let label = recording.processNames[process]
        let name = label?.shortened ?? "process \(process.shortened)"
        return MeasuredDevice(
          name: "\(recording.file), \(name)",
          rank: processes.count == 1 ? recording.rank : label.flatMap(Self.rank),
          tracks: recording.events.filter { tracks.contains($0.key) })
      }
    }
    return recording.events.sorted { $0.key.thread < $1.key.thread }.map { track, events in
      let name = "\(recording.file), thread \(track.thread.shortened)"
      return MeasuredDevice(name: name, rank: nil, tracks: [track: events])
    }
  }

  /// The number in a label such as `device 3` or `rank 3`.
  private static func rank(_ label: String) -> Int? {
    let words = label.lowercased().split { !$0.isLetter && !$0.isNumber }
    let place = words.firstIndex { $0 == "device" || $0 == "rank" }
    return place.flatMap { $0 + 1 < words.count ? Int(words[$0 + 1]) : nil }
  }

  /// Takes the busiest of the tracks: the same range is recorded on every stream that works for it.
  private init(name: String, rank: Int?, tracks: [TraceRecording.Track: [TraceRecording.Event]]) {
    self.name = name
    self.rank = rank
    let busiest = tracks.max {
      ($0.value.busyTime, $1.key.thread) < ($1.value.busyTime, $0.key.thread)
    }
    events = (busiest?.value ?? []).sorted { ($0.start, $0.duration) < ($1.start, $1.duration) }
    leftOut = tracks.values.reduce(0) { $0 + $1.count } - events.count
  }

  private var firstStage: Int32? { events.compactMap(\.match.stage).min() }

  /// Refuses operations that ran at once: their durations do not tell what each costs.
  private func checkOneAtATime() throws(FormatError) {
    for (first, second) in zip(events, events.dropFirst())
    where second.start < first.start + first.duration - Self.tolerance {
      throw FormatError(
        .expected(
          "one operation at a time",
          found: "\(first.name) until \((first.start + first.duration).short) and \(second.name) from "
            + "\(second.start.short) microseconds"),
        file: name)
    }
  }

  /// Microseconds since 1970 have a grid of a quarter in binary.
  private static let tolerance = 1.0
}

extension [TraceRecording.Event] {
  fileprivate var busyTime: Double { reduce(0) { $0 + $1.duration } }
}

extension TraceRecording.Event {
  /// The operation as messages name it.
  fileprivate var name: String {
    let stage = match.stage.map { "stage \($0), " } ?? ""
    return "\(match.kind.symbol)(\(stage)microbatch \(match.microbatch))"
  }
}
