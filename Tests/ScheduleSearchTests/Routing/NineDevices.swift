import PipelineModel

@testable import ScheduleSearch

/// Nine devices in four stages, three origins; every microbatch visits two of the three stages after the first, no
/// device has more visits than slots. Links, paths and makespans are measurements on synthetic instances: what the
/// search of SkipPipe (arXiv 2502.19913) and plain simulated annealing found, evaluated independently.
struct NineDevices {
  /// The links of the uneven instances, in seconds; 0.1 between any two devices in the even one.
  static let latency: [[Double]] = [
    [0, 0.5546, 0.5028, 0.7172, 0.6537, 0.4415, 1.0752, 0.3691, 1.3291],
    [0.5546, 0, 0.5225, 1.1531, 1.1178, 0.922, 1.2315, 0.8724, 1.3634],
    [0.5028, 0.5225, 0, 0.7977, 0.8045, 0.8617, 0.7616, 0.704, 0.9338],
    [0.7172, 1.1531, 0.7977, 0, 0.1649, 0.6753, 0.7793, 0.4876, 1.1297],
    [0.6537, 1.1178, 0.8045, 0.1649, 0, 0.5667, 0.8776, 0.3911, 1.2237],
    [0.4415, 0.922, 0.8617, 0.6753, 0.5667, 0, 1.2757, 0.2646, 1.5836],
    [1.0752, 1.2315, 0.7616, 0.7793, 0.8776, 1.2757, 0, 1.0616, 0.4043],
    [0.3691, 0.8724, 0.704, 0.4876, 0.3911, 0.2646, 1.0616, 0, 1.3735],
    [1.3291, 1.3634, 0.9338, 1.1297, 1.2237, 1.5836, 0.4043, 1.3735, 0],
  ]

  /// Paths that others found, with the makespan that each rule for dispatch gives them.
  struct Published: Sendable, CustomStringConvertible {
    var method: String
    var isEven: Bool
    /// Per microbatch the devices after its origin; the microbatches of one origin stand together.
    var paths: [[Int]]
    /// First come, first served; backward first; forward first; longest way left first.
    var makespans: [Double]

    var perOrigin: Int { paths.count / 3 }
    var description: String { "\(method), \(paths.count) microbatches\(isEven ? ", even links" : "")" }
  }

  static let published: [Published] = [
    Published(
      method: "reference-ca", isEven: true,
      paths: [
        [7, 5], [4, 8], [4, 6], [3, 6], [7, 5], [7, 5], [3, 8], [6, 3], [7, 5], [4, 8], [4, 8], [6, 4],
      ],
      makespans: [9.5, 10.075, 10.0, 10.4]),
    Published(
      method: "reference-ca", isEven: false,
      paths: [[3, 8], [3, 7], [3, 7], [4, 5], [4, 5], [7, 5], [6, 4], [8, 6], [6, 8]],
      makespans: [10.6864, 10.6864, 10.6864, 10.6864]),
    Published(
      method: "reference-non-ca", isEven: false,
      paths: [[3, 8], [3, 7], [4, 7], [4, 5], [4, 5], [7, 5], [3, 6], [6, 8], [6, 8]],
      makespans: [11.0054, 11.0054, 11.0054, 11.3269]),
    Published(
      method: "annealed-fifo", isEven: false,
      paths: [[4, 5], [6, 4], [5, 3], [5, 7], [3, 7], [4, 7], [6, 8], [3, 8], [8, 6]],
      makespans: [10.2958, 10.2958, 10.2958, 10.2958]),
    Published(
      method: "reference-ca", isEven: false,
      paths: [
        [3, 8], [3, 7], [3, 7], [4, 6], [5, 4], [5, 4], [7, 5], [7, 5], [3, 8], [4, 6], [6, 8], [6, 8],
      ],
      makespans: [12.2554, 12.2554, 12.2554, 11.7313]),
    Published(
      method: "reference-non-ca", isEven: false,
      paths: [
        [3, 8], [3, 7], [3, 7], [4, 7], [4, 5], [6, 8], [4, 5], [7, 5], [3, 6], [5, 4], [6, 8], [6, 8],
      ],
      makespans: [12.1577, 12.1577, 12.1577, 12.2177]),
    Published(
      method: "annealed-fifo", isEven: false,
      paths: [
        [6, 3], [4, 5], [5, 3], [3, 5], [5, 7], [4, 7], [4, 7], [4, 7], [3, 8], [8, 6], [8, 6], [8, 6],
      ],
      makespans: [10.8602, 10.8602, 10.8602, 10.8602]),
  ]

  /// The problem: forward 0.5 s, backward 0.75 s, loss 0.125 s, one slot of memory per microbatch.
  static func problem(perOrigin: Int, isEven: Bool) throws -> RoutingProblem {
    let hosts = [[0, 1, 2], [3, 4], [5, 6], [7, 8], [0, 1, 2]].map { $0.map { Device.ID($0) } }
    let stage = Stage(
      forward: 0.5, backwardInput: 0.75, backwardWeight: 0, activationForB: 1, activationForW: 0)
    let head = Stage(
      forward: 0.125, backwardInput: 0, backwardWeight: 0, activationForB: 0, activationForW: 0)
    let batch = (0..<3 * perOrigin).map { Microbatch(origin: Device.ID($0 / perOrigin)) }
    return try RoutingProblem(
      Problem(
        devices: Array(repeating: Device(memoryLimit: Double(perOrigin)), count: 9),
        stages: Array(repeating: stage, count: 4) + [head], microbatches: batch,
        placement: .explicit(hosts), communication: isEven ? .uniform(0.1) : .matrix(latency),
        skipReorder: SkipReorderRules(
          stagesPerMicrobatch: 3, head: Stage.ID(4), maxSwaps: 2, maxForwardJump: 4,
          visitsPerStage: .balanced, visitsPerDevice: Array(repeating: perOrigin, count: 9)),
        routes: (
          (0..<3).map { Route(visits: [.init(stage: Stage.ID(0), device: Device.ID($0))]) },
          batch.indices.map { $0 / perOrigin }
        )))
  }
}
