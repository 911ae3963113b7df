import PipelineModel
import ScheduleSearch
import TestSupport
import Testing

/// A problem with the least makespan or period, proved by a constraint solver (CP-SAT, OR-Tools 9.15).
struct ProvedOptimum: Sendable, CustomTestStringConvertible {
  var name: String
  var objective: Objective
  var placement: Placement
  var devices: Int
  var microbatches: Int
  var forward: [Double]
  var backwardInput: [Double]
  var backwardWeight: [Double]
  var latency: Double
  var activations: (forB: Double, forW: Double)
  var memoryLimit: Double
  var optimum: Double

  var testDescription: String { "\(name), \(objective)" }

  func problem() throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(memoryLimit: memoryLimit), count: devices),
      stages: forward.indices.map {
        Stage(
          forward: forward[$0], backwardInput: backwardInput[$0], backwardWeight: backwardWeight[$0],
          activationForB: activations.forB, activationForW: activations.forW)
      },
      microbatches: Array(repeating: Microbatch(), count: microbatches), placement: placement,
      communication: .uniform(latency))
  }
}

@Suite("Search against proved optima")
struct SearchProvedOptimaTests {
  @Test("finds the optimum", arguments: ProvedOptimum.sample)
  func finds(row: ProvedOptimum) throws {
    let problem = try row.problem()
    let search = Search(
      problem, options: quickly(row.objective, iterations: 150_000), lowerBound: row.optimum)
    let result = search.run()
    #expect(result.value == row.optimum)
    #expect(result.certificate.optimal)
    try expectSound(result, problem, row.objective)
  }
}

extension ProvedOptimum {
  static let sample = [
    ProvedOptimum(
      name: "lD2M2a1r50", objective: .makespan, placement: .loop, devices: 2,
      microbatches: 2, forward: [10, 10, 10, 10], backwardInput: [14, 14, 14, 14],
      backwardWeight: [7, 7, 7, 7], latency: 1, activations: (2, 1),
      memoryLimit: 4, optimum: 197),
    ProvedOptimum(
      name: "lD2M2hr50", objective: .makespan, placement: .loop, devices: 2,
      microbatches: 2, forward: [10, 10, 10, 16], backwardInput: [14, 14, 14, 22],
      backwardWeight: [7, 7, 7, 11], latency: 1, activations: (2, 1),
      memoryLimit: 4, optimum: 225),
    ProvedOptimum(
      name: "lD2M2pr50", objective: .period, placement: .loop, devices: 2,
      microbatches: 2, forward: [185, 185, 185, 185], backwardInput: [181, 181, 181, 181],
      backwardWeight: [93, 93, 93, 93], latency: 6, activations: (74, 32),
      memoryLimit: 148, optimum: 2889),
    ProvedOptimum(
      name: "vD2M2pr100", objective: .period, placement: .v, devices: 2,
      microbatches: 2, forward: [185, 185, 185, 185], backwardInput: [181, 181, 181, 181],
      backwardWeight: [93, 93, 93, 93], latency: 6, activations: (74, 32),
      memoryLimit: 296, optimum: 2037),
    ProvedOptimum(
      name: "vD2M2pr150", objective: .makespan, placement: .v, devices: 2,
      microbatches: 2, forward: [185, 185, 185, 185], backwardInput: [181, 181, 181, 181],
      backwardWeight: [93, 93, 93, 93], latency: 6, activations: (74, 32),
      memoryLimit: 444, optimum: 2037),
    ProvedOptimum(
      name: "iD3M3a0r100", objective: .makespan, placement: .sequential, devices: 3,
      microbatches: 3, forward: [10, 10, 10], backwardInput: [14, 14, 14],
      backwardWeight: [7, 7, 7], latency: 0, activations: (2, 1),
      memoryLimit: 6, optimum: 127),
    ProvedOptimum(
      name: "rnd1_58", objective: .period, placement: .sequential, devices: 3,
      microbatches: 3, forward: [5, 5, 5], backwardInput: [19, 19, 19],
      backwardWeight: [10, 10, 10], latency: 3, activations: (2, 2),
      memoryLimit: 4, optimum: 188),
    ProvedOptimum(
      name: "rnd1_13", objective: .makespan, placement: .loop, devices: 2,
      microbatches: 3, forward: [7, 11, 19, 5], backwardInput: [14, 7, 9, 4],
      backwardWeight: [18, 12, 18, 16], latency: 10, activations: (4, 4),
      memoryLimit: 8, optimum: 386),
    ProvedOptimum(
      name: "rnd1_13", objective: .period, placement: .loop, devices: 2,
      microbatches: 3, forward: [7, 11, 19, 5], backwardInput: [14, 7, 9, 4],
      backwardWeight: [18, 12, 18, 16], latency: 10, activations: (4, 4),
      memoryLimit: 8, optimum: 386),
    ProvedOptimum(
      name: "rnd1_55", objective: .makespan, placement: .loop, devices: 2,
      microbatches: 3, forward: [1, 18, 4, 10], backwardInput: [11, 18, 19, 18],
      backwardWeight: [17, 14, 18, 17], latency: 3, activations: (4, 0),
      memoryLimit: 14, optimum: 297),
    ProvedOptimum(
      name: "rnd1_57", objective: .makespan, placement: .sequential, devices: 3,
      microbatches: 5, forward: [13, 9, 15], backwardInput: [12, 16, 11],
      backwardWeight: [15, 4, 16], latency: 1, activations: (1, 0),
      memoryLimit: 1, optimum: 415),
    ProvedOptimum(
      name: "rnd1_57", objective: .period, placement: .sequential, devices: 3,
      microbatches: 5, forward: [13, 9, 15], backwardInput: [12, 16, 11],
      backwardWeight: [15, 4, 16], latency: 1, activations: (1, 0),
      memoryLimit: 1, optimum: 415),
    ProvedOptimum(
      name: "lD2M4a1r50", objective: .period, placement: .loop, devices: 2,
      microbatches: 4, forward: [10, 10, 10, 10], backwardInput: [14, 14, 14, 14],
      backwardWeight: [7, 7, 7, 7], latency: 1, activations: (2, 1),
      memoryLimit: 4, optimum: 373),
    ProvedOptimum(
      name: "rnd1_28", objective: .period, placement: .loop, devices: 2,
      microbatches: 4, forward: [18, 18, 18, 18], backwardInput: [1, 1, 1, 1],
      backwardWeight: [7, 7, 7, 7], latency: 10, activations: (2, 1),
      memoryLimit: 15, optimum: 219),
    ProvedOptimum(
      name: "rnd1_7", objective: .period, placement: .v, devices: 2,
      microbatches: 4, forward: [9, 9, 9, 9], backwardInput: [8, 8, 8, 8],
      backwardWeight: [9, 9, 9, 9], latency: 0, activations: (1, 1),
      memoryLimit: 2, optimum: 284),
    ProvedOptimum(
      name: "vD2M4a1r50", objective: .period, placement: .v, devices: 2,
      microbatches: 4, forward: [10, 10, 10, 10], backwardInput: [14, 14, 14, 14],
      backwardWeight: [7, 7, 7, 7], latency: 1, activations: (2, 1),
      memoryLimit: 4, optimum: 371),
    ProvedOptimum(
      name: "vD2M4ur150", objective: .makespan, placement: .v, devices: 2,
      microbatches: 4, forward: [1, 1, 1, 1], backwardInput: [1, 1, 1, 1],
      backwardWeight: [1, 1, 1, 1], latency: 0, activations: (2, 1),
      memoryLimit: 12, optimum: 25),
    ProvedOptimum(
      name: "iD3M6a0r200", objective: .makespan, placement: .sequential, devices: 3,
      microbatches: 6, forward: [10, 10, 10], backwardInput: [14, 14, 14],
      backwardWeight: [7, 7, 7], latency: 0, activations: (2, 1),
      memoryLimit: 12, optimum: 206),
    ProvedOptimum(
      name: "rnd1_16", objective: .makespan, placement: .v, devices: 3,
      microbatches: 3, forward: [2, 10, 1, 20, 1, 3], backwardInput: [4, 2, 7, 8, 19, 14],
      backwardWeight: [4, 15, 6, 8, 6, 4], latency: 3, activations: (1, 1),
      memoryLimit: 4, optimum: 222),
    ProvedOptimum(
      name: "rnd1_22", objective: .period, placement: .v, devices: 3,
      microbatches: 3, forward: [3, 17, 6, 6, 5, 5], backwardInput: [10, 4, 17, 20, 10, 5],
      backwardWeight: [5, 18, 2, 11, 20, 18], latency: 0, activations: (2, 0),
      memoryLimit: 12, optimum: 222),
    ProvedOptimum(
      name: "rnd1_9", objective: .makespan, placement: .v, devices: 3,
      microbatches: 3, forward: [14, 14, 14, 14, 14, 14], backwardInput: [7, 7, 7, 7, 7, 7],
      backwardWeight: [9, 9, 9, 9, 9, 9], latency: 0, activations: (2, 1),
      memoryLimit: 9, optimum: 230),
    ProvedOptimum(
      name: "rnd1_18", objective: .makespan, placement: .sequential, devices: 3,
      microbatches: 7, forward: [3, 3, 11], backwardInput: [15, 4, 9],
      backwardWeight: [20, 18, 16], latency: 1, activations: (4, 1),
      memoryLimit: 14, optimum: 291),
    ProvedOptimum(
      name: "iD3M9a0r200", objective: .period, placement: .sequential, devices: 3,
      microbatches: 9, forward: [10, 10, 10], backwardInput: [14, 14, 14],
      backwardWeight: [7, 7, 7], latency: 0, activations: (2, 1),
      memoryLimit: 12, optimum: 283),
    ProvedOptimum(
      name: "iD3M9a1r200", objective: .period, placement: .sequential, devices: 3,
      microbatches: 9, forward: [10, 10, 10], backwardInput: [14, 14, 14],
      backwardWeight: [7, 7, 7], latency: 1, activations: (2, 1),
      memoryLimit: 12, optimum: 285),
  ]
}
