import Measurement
import PipelineModel

/// Finds the operations among a trace's events, and the transfers beside them.
///
/// Where an accelerator was recorded, an operation is its kernels that compute, from the first to the last; collectives,
/// sends and copies are told apart by name. Which kernels these are is told by an argument of theirs, or by the range
/// that the accelerator recorded around them, or by the range in which the processor launched them, in this order.
/// Without an accelerator, operations are the events themselves.
struct TraceOperations {
  /// A part of an operation: a kernel, or a range on one stream.
  struct Piece {
    var match: TracePattern.Match
    var track: TraceEvents.Track
    var span: TimeSpan
  }

  /// Parts of operations that compute.
  private(set) var pieces: [Piece] = []
  /// Transfers and the stages that they belong to, where that is told.
  private(set) var transfers: [(track: TraceEvents.Track, transfer: RecordedTransfer)] = []
  /// Whether several parts on one track, one after the other, are one operation.
  private(set) var joinsKernels = false

  /// Finds them.
  init(_ events: TraceEvents) {
    let isTold = events.kernels.contains { $0.match != nil }
    if isTold {
      takeKernels(events) { $0.match }
    } else if let ranges = events.named[.device] {
      takeRanges(ranges, events)
      addEmpty(events.named[.host] ?? [], beside: ranges)
    } else if let ranges = events.named[.host], !events.kernels.isEmpty, takeLaunched(ranges, events) {
      return
    } else {
      pieces = (events.named[.host] ?? []).map { Piece(match: $0.match, track: $0.track, span: $0.span) }
      for (title, track, span) in events.transfers {
        transfers.append((track, RecordedTransfer(name: title, stage: nil, span: span)))
      }
      if events.hasDevice { takeTransfers(events) { _ in nil } }
    }
  }

  /// Takes kernels of which something tells the operation.
  private mutating func takeKernels(
    _ events: TraceEvents, _ match: (TraceEvents.Kernel) -> TracePattern.Match?
  ) {
    joinsKernels = true
    for kernel in events.kernels where events.title(of: kernel) == nil {
      guard let match = match(kernel) else { continue }
      pieces.append(Piece(match: match, track: kernel.track, span: kernel.span))
    }
    takeTransfers(events) { match($0)?.stage }
  }

  private mutating func takeTransfers(_ events: TraceEvents, stage: (TraceEvents.Kernel) -> Int?) {
    for kernel in events.kernels {
      guard let title = events.title(of: kernel) else { continue }
      transfers.append((kernel.track, RecordedTransfer(name: title, stage: stage(kernel), span: kernel.span)))
    }
  }

  // MARK: Ranges of the accelerator

  /// Takes the kernels that compute from the ranges around them, or ranges whole where no kernels were recorded.
  private mutating func takeRanges(_ ranges: [TraceEvents.Named], _ events: TraceEvents) {
    let byTrack = Dictionary(grouping: ranges, by: \.track).mapValues {
      $0.sorted { $0.span.start < $1.span.start }
    }
    let kernels = Dictionary(grouping: events.kernels, by: \.track).mapValues {
      $0.sorted { $0.span.start < $1.span.start }
    }
    let computing = computeTracks(byTrack, kernels, events)
    for (track, ranges) in byTrack {
      let kernels = kernels[track] ?? []
      var next = 0
      for range in ranges {
        while next < kernels.count, kernels[next].span.start < range.span.start - Self.grid { next += 1 }
        var compute: TimeSpan?
        while next < kernels.count, kernels[next].span.start < range.span.end {
          let kernel = kernels[next]
          next += 1
          if let title = events.title(of: kernel) {
            transfers.append(
              (track, RecordedTransfer(name: title, stage: range.match.stage, span: kernel.span)))
          } else {
            compute = compute?.joined(kernel.span) ?? kernel.span
          }
        }
        if computing.contains(track) {
          if compute == nil, !kernels.isEmpty { continue }
          pieces.append(Piece(match: range.match, track: track, span: compute ?? range.span))
        } else if kernels.isEmpty {
          transfers.append(
            (track, RecordedTransfer(name: "other streams", stage: range.match.stage, span: range.span)))
        }
      }
    }
    for (track, kernels) in kernels where byTrack[track] == nil {
      for kernel in kernels {
        guard let title = events.title(of: kernel) else { continue }
        transfers.append((track, RecordedTransfer(name: title, stage: nil, span: kernel.span)))
      }
    }
  }

  /// The tracks of which the ranges count: those with kernels that compute or, where there are no kernels, of each
  /// process the one with most ranges, of several the one with the lowest number. Frameworks open the stream on which
  /// they compute first, before those of collectives.
  private func computeTracks(
    _ ranges: [TraceEvents.Track: [TraceEvents.Named]], _ kernels: [TraceEvents.Track: [TraceEvents.Kernel]],
    _ events: TraceEvents
  ) -> Set<TraceEvents.Track> {
    var tracks: Set<TraceEvents.Track> = []
    for candidates in Dictionary(grouping: ranges.keys, by: \.process).values {
      let computing = candidates.filter { track in
        kernels[track]?.contains { events.title(of: $0) == nil } ?? false
      }
      if !computing.isEmpty {
        tracks.formUnion(computing)
      } else if let best = candidates.min(by: { first, second in
        let counts = (ranges[first]?.count ?? 0, ranges[second]?.count ?? 0)
        if counts.0 != counts.1 { return counts.0 > counts.1 }
        let names = (events.names.texts[Int(first.thread)], events.names.texts[Int(second.thread)])
        return (Int(names.0) ?? .max, names.0) < (Int(names.1) ?? .max, names.1)
      }) {
        tracks.insert(best)
      }
    }
    return tracks
  }

  /// Adds operations that the processor ran and that launched nothing, so that the accelerator has no range of them: of
  /// no duration, at the end of what ran before them. Such is `I` of PyTorch's first stage.
  private mutating func addEmpty(_ host: [TraceEvents.Named], beside device: [TraceEvents.Named]) {
    let ends = Dictionary(grouping: device, by: \.match).mapValues { ranges in ranges.map(\.span.end).sorted()
    }
    var counts: [TracePattern.Match: Int] = [:]
    var last: Double?
    for range in host.sorted(by: { $0.span.start < $1.span.start }) {
      if let ends = ends[range.match] {
        last = ends[min(counts[range.match, default: 0], ends.count - 1)]
        counts[range.match, default: 0] += 1
      } else if let last, let track = pieces.first?.track {
        pieces.append(Piece(match: range.match, track: track, span: TimeSpan(start: last, duration: 0)))
      }
    }
  }

  /// Half a microsecond: what profilers round to.
  private static let grid = 0.0005

  // MARK: Ranges of the processor

  /// Takes the kernels that were launched within ranges of the processor; whether there were any.
  private mutating func takeLaunched(_ ranges: [TraceEvents.Named], _ events: TraceEvents) -> Bool {
    let byProcess = Dictionary(grouping: ranges, by: \.track.process).mapValues {
      $0.sorted { $0.span.start < $1.span.start }
    }
    var spans: [Int32: [TimeSpan?]] = byProcess.mapValues { Array(repeating: nil, count: $0.count) }
    var tracks: [Int32: [TraceEvents.Track?]] = byProcess.mapValues { Array(repeating: nil, count: $0.count) }
    var found: [(track: TraceEvents.Track, transfer: RecordedTransfer)] = []
    for kernel in events.kernels {
      let launch = kernel.correlation.flatMap { events.launches[$0] }
      let range = launch.flatMap { launch in
        byProcess[launch.process].flatMap { Self.range(at: launch.start, in: $0) }
      }
      if let title = events.title(of: kernel) {
        let stage = launch.flatMap { launch in range.flatMap { byProcess[launch.process]?[$0].match.stage } }
        found.append((kernel.track, RecordedTransfer(name: title, stage: stage, span: kernel.span)))
      } else if let launch, let range {
        let span = spans[launch.process]?[range]
        spans[launch.process]?[range] = (span ?? nil)?.joined(kernel.span) ?? kernel.span
        tracks[launch.process]?[range] = kernel.track
      }
    }
    for (process, ranges) in byProcess {
      for (index, range) in ranges.enumerated() {
        guard let span = spans[process]?[index], let track = tracks[process]?[index] else { continue }
        pieces.append(Piece(match: range.match, track: track, span: span))
      }
    }
    guard !pieces.isEmpty else { return false }
    transfers = found
    return true
  }

  /// The innermost range around a time. Backward passes are launched by another thread while the one with the range
  /// waits for it, so that threads do not matter.
  private static func range(at time: Double, in ranges: [TraceEvents.Named]) -> Int? {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].span.start <= time { low = middle + 1 } else { high = middle }
    }
    // Ranges of operations are nested once at most.
    return (max(0, low - 4)..<low).last { ranges[$0].span.end >= time }
  }
}

extension TraceEvents {
  /// What a kernel is called where it is a transfer.
  func title(of kernel: Kernel) -> String? {
    if case .transfer(let title) = meanings[Int(kernel.name)] { title } else { nil }
  }
}

extension TimeSpan {
  /// From the first start of both to the last end.
  func joined(_ other: TimeSpan) -> TimeSpan {
    if other.start >= start, other.end <= end { return self }
    let first = min(start, other.start)
    return TimeSpan(start: first, duration: max(end, other.end) - first)
  }
}
