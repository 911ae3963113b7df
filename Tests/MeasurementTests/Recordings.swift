import Measurement
import PipelineModel

/// Recordings with known answers: a pipeline of one stage per device that runs GPipe, timed here by hand, each device on
/// a clock of its own.
struct SyntheticRun {
  var deviceCount = 3
  var microbatchCount = 6
  var forward = 10.0
  var backward = 21.0
  var gap = 0.5
  var latency = 0.8
  /// What each device's clock shows at time 0.
  var clocks: [Double] = [0, 1000, -70]
  /// When each iteration starts.
  var starts: [Double] = [0]
  /// How much longer an operation takes.
  var extra: (_ kind: RecordedOperation.Pass, _ stage: Int, _ microbatch: Int, _ step: Int) -> Double = {
    _, _, _, _ in 0
  }

  /// All `F`, then all backward passes, each at max(end of the one before + gap, arrival).
  func recordings() -> [RankRecording] {
    var recordings = (0..<deviceCount).map { RankRecording(name: "rank \($0)", clock: "\($0)", rank: $0) }
    for (step, start) in starts.enumerated() {
      var free = [Double?](repeating: nil, count: deviceCount)
      func run(_ pass: RecordedOperation.Pass, _ stage: Int, _ microbatch: Int, _ arrival: Double) -> Double {
        let begin = max(free[stage].map { $0 + gap } ?? start, arrival)
        let duration = (pass == .forward ? forward : backward) + extra(pass, stage, microbatch, step)
        recordings[stage].operations.append(
          RecordedOperation(
            pass, stage: stage, microbatch: microbatch,
            span: TimeSpan(start: begin + clocks[stage], duration: duration)))
        free[stage] = begin + duration
        return begin + duration
      }
      for microbatch in 0..<microbatchCount {
        var arrival = start
        for stage in 0..<deviceCount { arrival = run(.forward, stage, microbatch, arrival) + latency }
      }
      for microbatch in 0..<microbatchCount {
        var arrival = start
        for stage in (0..<deviceCount).reversed() {
          arrival = run(.backward, stage, microbatch, arrival) + latency
        }
      }
    }
    return recordings
  }
}

extension MI300Run {
  /// The recordings of all devices, with the mark of the iteration.
  static func recordings() throws -> [RankRecording] {
    devices.split(separator: "\n").enumerated().map { device, line in
      var recording = RankRecording(name: "rank \(device)", clock: "\(device)", rank: device)
      recording.marks = [StepMark(number: 7, start: 0, duration: time)]
      recording.operations = line.split(separator: ", ").map { text in
        let fields = text.split(separator: " ")
        return RecordedOperation(
          fields[0].hasPrefix("F") ? .forward : .letterB, stage: device,
          microbatch: Int(fields[0].dropFirst()),
          span: TimeSpan(start: Double(fields[1]) ?? .nan, duration: Double(fields[2]) ?? .nan))
      }
      return recording
    }
  }
}
