import PipelineModel

/// 100 problems with proved optima, as plain facts.
///
/// Source: the project's reference study of pipeline schedules, reference/optimal/instances.csv: optima proved
/// by CP-SAT (OR-Tools 9.15) with whole-numbered times, and the bound m3 of the same study. A period there is a
/// whole number too, so the least period lies in (optimum - 1, optimum].
public struct ProvedOptimum: Sendable {
  /// The row's name in the study.
  public let id: String
  /// What the optimum is of.
  public let objective: Objective
  /// The problem.
  public let problem: Problem
  /// The proved optimum.
  public let optimum: Double
  /// The study's own lower bound.
  public let studyBound: Double

  /// The row's name: an id may occur once per objective.
  public var name: String { "\(id) \(objective)" }

  /// All rows.
  public static func all() throws -> [ProvedOptimum] {
    try table.split(separator: "\n").map { try ProvedOptimum(row: $0.split(separator: " ")) }
  }

  private init(row: [Substring]) throws {
    func number(_ column: Int) -> Double { Double(row[column]) ?? .nan }
    func numbers(_ column: Int, count: Int) -> [Double] {
      let given = row[column].split(separator: ",").compactMap { Double($0) }
      return given.count == 1 ? Array(repeating: given[0], count: count) : given
    }
    let devices = Int(number(3))
    let isSequential = row[2] == "sequential"
    let stages = isSequential ? devices : 2 * devices
    let forward = numbers(5, count: stages)
    let input = numbers(6, count: stages)
    let weight = numbers(7, count: stages)
    id = String(row[0])
    objective = row[1] == "makespan" ? .makespan : .period
    problem = try Problem(
      devices: Array(repeating: Device(memoryLimit: number(11)), count: devices),
      stages: (0..<stages).map {
        Stage(
          forward: forward[$0], backwardInput: input[$0], backwardWeight: weight[$0],
          activationForB: number(9), activationForW: number(10))
      },
      microbatches: Array(repeating: Microbatch(), count: Int(number(4))),
      placement: isSequential ? .sequential : row[2] == "v" ? .v : .loop,
      communication: .uniform(number(8)))
    optimum = number(12)
    studyBound = number(13)
  }

  // id, objective, placement, devices, microbatches, F, B and W per stage (one number: all alike), latency,
  // activationForB, activationForW, limit, optimum, study's bound.
  private static let table = """
    iD2M2gr200 period sequential 2 2 12,16 14 9,7 1 2 1 8 97 97
    iD2M4a2r125 makespan sequential 2 4 10 14 7 2 2 1 5 142 142
    iD2M4a2r150 period sequential 2 4 10 14 7 2 2 1 6 132 132
    iD2M6a0r150 period sequential 2 6 10 14 7 0 2 1 6 190 190
    iD2M6a1r125 makespan sequential 2 6 10 14 7 1 2 1 5 202 202
    iD2M6a2r125 period sequential 2 6 10 14 7 2 2 1 5 204 204
    iD2M6a2r200 makespan sequential 2 6 10 14 7 2 2 1 8 198 198
    iD2M6pr125 makespan sequential 2 6 185 181 93 6 74 32 185 2958 2958
    iD3M3a0r100 makespan sequential 3 3 10 14 7 0 2 1 6 127 127
    iD3M6a0r200 makespan sequential 3 6 10 14 7 0 2 1 12 206 206
    iD3M9a0r200 period sequential 3 9 10 14 7 0 2 1 12 283 279
    iD3M9a1r200 period sequential 3 9 10 14 7 1 2 1 12 285 281
    iD3M9hr200 makespan sequential 3 9 10,10,16 14,14,22 7,7,11 1 2 1 12 463 463
    iD3M9hr200 period sequential 3 9 10,10,16 14,14,22 7,7,11 1 2 1 12 441 441
    iD3M9pr125 makespan sequential 3 9 185 181 93 6 74 32 277 4632 4632
    iD3M9ur200 period sequential 3 9 1 1 1 0 2 1 12 27 27
    iD4M8a0r100 period sequential 4 8 10 14 7 0 2 1 8 299 299
    iD4M8a1r100 makespan sequential 4 8 10 14 7 1 2 1 8 311 311
    iD4M8a1r100 period sequential 4 8 10 14 7 1 2 1 8 311 311
    iD4M8gr125 period sequential 4 8 12,10,10,16 14 9,7,7,7 1 2 1 10 329 329
    iD4M8pr200 makespan sequential 4 8 185 181 93 6 74 32 592 4245 4245
    iD4M12a0r125 makespan sequential 4 12 10 14 7 0 2 1 10 404 404
    iD4M12a0r150 makespan sequential 4 12 10 14 7 0 2 1 12 402 402
    iD4M12gr100 makespan sequential 4 12 12,10,10,16 14 9,7,7,7 1 2 1 8 484 483
    iD4M12hr125 period sequential 4 12 10,10,10,16 14,14,14,22 7,7,7,11 1 2 1 10 588 588
    iD4M12ur150 period sequential 4 12 1 1 1 0 2 1 12 37 37
    iD6M12a1r125 makespan sequential 6 12 10 14 7 1 2 1 15 442 442
    iD6M12a2r100 period sequential 6 12 10 14 7 2 2 1 12 497 497
    iD6M12a2r150 period sequential 6 12 10 14 7 2 2 1 18 435 435
    iD6M12gr125 period sequential 6 12 12,10,10,10,10,16 14 9,7,7,7,7,7 1 2 1 15 501 501
    iD6M12ur125 makespan sequential 6 12 1 1 1 0 2 1 15 41 41
    iD6M18gr100 makespan sequential 6 18 12,10,10,10,10,16 14 9,7,7,7,7,7 1 2 1 12 730 727
    iD6M18gr200 makespan sequential 6 18 12,10,10,10,10,16 14 9,7,7,7,7,7 1 2 1 24 723 723
    iD6M18hr125 period sequential 6 18 10,10,10,10,10,16 14,14,14,14,14,22 7,7,7,7,7,11 1 2 1 15 882 882
    iD8M16a0r125 period sequential 8 16 10 14 7 0 2 1 20 574 574
    iD8M16pr200 period sequential 8 16 185 181 93 6 74 32 1184 8595 8595
    iD8M24a1r200 makespan sequential 8 24 10 14 7 1 2 1 32 821 821
    iD8M24a2r200 makespan sequential 8 24 10 14 7 2 2 1 32 828 828
    iD8M24gr150 makespan sequential 8 24 12,10,10,10,10,10,10,16 14 9,7,7,7,7,7,7,7 1 2 1 24 967 967
    iD8M24gr150 period sequential 8 24 12,10,10,10,10,10,10,16 14 9,7,7,7,7,7,7,7 1 2 1 24 920 913
    iD8M24hr150 makespan sequential 8 24 10,10,10,10,10,10,10,16 14,14,14,14,14,14,14,22 7,7,7,7,7,7,7,11 1 2 1 24 1253 1253
    iD8M24ur200 period sequential 8 24 1 1 1 0 2 1 32 72 72
    vD2M2pr100 period v 2 2 185 181 93 6 74 32 296 2037 2033
    vD2M2pr150 makespan v 2 2 185 181 93 6 74 32 444 2037 2035
    vD2M4a1r50 period v 2 4 10 14 7 1 2 1 4 371 359
    vD2M4ur150 makespan v 2 4 1 1 1 0 2 1 12 25 25
    vD2M4ur50 period v 2 4 1 1 1 0 2 1 4 33 33
    vD2M6ur100 makespan v 2 6 1 1 1 0 2 1 8 37 37
    vD3M3a1r100 period v 3 3 10 14 7 1 2 1 12 217 215
    vD3M3hr50 period v 3 3 10,10,10,10,10,16 14,14,14,14,14,22 7,7,7,7,7,11 1 2 1 6 377 367
    vD3M6hr100 period v 3 6 10,10,10,10,10,16 14,14,14,14,14,22 7,7,7,7,7,11 1 2 1 12 484 484
    vD3M6hr150 makespan v 3 6 10,10,10,10,10,16 14,14,14,14,14,22 7,7,7,7,7,11 1 2 1 18 480 480
    vD3M6pr150 makespan v 3 6 185 181 93 6 74 32 666 5890 5890
    vD3M6ur50 makespan v 3 6 1 1 1 0 2 1 6 50 48
    vD4M4a1r100 makespan v 4 4 10 14 7 1 2 1 16 301 299
    vD4M4a1r150 period v 4 4 10 14 7 1 2 1 24 297 295
    vD4M4a1r50 makespan v 4 4 10 14 7 1 2 1 8 413 393
    vD4M4hr100 period v 4 4 10,10,10,10,10,10,10,16 14,14,14,14,14,14,14,22 7,7,7,7,7,7,7,11 1 2 1 16 356 356
    vD4M4pr100 makespan v 4 4 185 181 93 6 74 32 592 4289 4269
    vD4M4pr150 period v 4 4 185 181 93 6 74 32 888 4287 4263
    lD2M2a1r50 makespan loop 2 2 10 14 7 1 2 1 4 197 189
    lD2M2hr50 makespan loop 2 2 10,10,10,16 14,14,14,22 7,7,7,11 1 2 1 4 225 217
    lD2M2pr50 makespan loop 2 2 185 181 93 6 74 32 148 2889 2711
    lD2M2pr50 period loop 2 2 185 181 93 6 74 32 148 2889 2711
    lD2M4a1r50 period loop 2 4 10 14 7 1 2 1 4 373 349
    lD2M4hr50 makespan loop 2 4 10,10,10,16 14,14,14,22 7,7,7,11 1 2 1 4 429 405
    lD2M4hr50 period loop 2 4 10,10,10,16 14,14,14,22 7,7,7,11 1 2 1 4 429 405
    lD2M4ur100 period loop 2 4 1 1 1 0 2 1 8 25 24
    lD3M3a1r100 period loop 3 3 10 14 7 1 2 1 12 227 224
    lD3M3a1r150 period loop 3 3 10 14 7 1 2 1 18 227 224
    lD3M3pr150 makespan loop 3 3 185 181 93 6 74 32 666 3276 3250
    lD3M3ur100 period loop 3 3 1 1 1 0 2 1 12 20 20
    lD3M3ur50 makespan loop 3 3 1 1 1 0 2 1 6 27 27
    lD3M6hr100 makespan loop 3 6 10,10,10,10,10,16 14,14,14,14,14,22 7,7,7,7,7,11 1 2 1 12 502 502
    lD3M6ur100 makespan loop 3 6 1 1 1 0 2 1 12 38 38
    lD3M6ur50 period loop 3 6 1 1 1 0 2 1 6 51 48
    lD4M4a1r150 makespan loop 4 4 10 14 7 1 2 1 24 306 306
    lD4M4a1r150 period loop 4 4 10 14 7 1 2 1 24 306 306
    lD4M4hr100 period loop 4 4 10,10,10,10,10,10,10,16 14,14,14,14,14,14,14,22 7,7,7,7,7,7,7,11 1 2 1 16 358 355
    lD4M4hr150 period loop 4 4 10,10,10,10,10,10,10,16 14,14,14,14,14,14,14,22 7,7,7,7,7,7,7,11 1 2 1 24 358 355
    lD4M4pr100 makespan loop 4 4 185 181 93 6 74 32 592 4459 4459
    lD4M4pr50 makespan loop 4 4 185 181 93 6 74 32 296 6075 5719
    lD4M4pr50 period loop 4 4 185 181 93 6 74 32 296 6075 5719
    lD4M4ur150 makespan loop 4 4 1 1 1 0 2 1 24 27 27
    rnd1_38 makespan sequential 2 3 8,4 10,3 8,13 1 4 4 8 79 79
    rnd1_58 period sequential 3 3 5 19 10 3 2 2 4 188 188
    rnd1_57 makespan sequential 3 5 13,9,15 12,16,11 15,4,16 1 1 0 1 415 415
    rnd1_57 period sequential 3 5 13,9,15 12,16,11 15,4,16 1 1 0 1 415 415
    rnd1_18 makespan sequential 3 7 3,3,11 15,4,9 20,18,16 1 4 1 14 291 291
    rnd1_47 period sequential 3 7 17 9 3 1 4 1 4 595 595
    rnd1_7 period v 2 4 9 8 9 0 1 1 2 284 284
    rnd1_16 makespan v 3 3 2,10,1,20,1,3 4,2,7,8,19,14 4,15,6,8,6,4 3 1 1 4 222 219
    rnd1_22 period v 3 3 3,17,6,6,5,5 10,4,17,20,10,5 5,18,2,11,20,18 0 2 0 12 222 222
    rnd1_9 makespan v 3 3 14 7 9 0 2 1 9 230 214
    rnd1_13 makespan loop 2 3 7,11,19,5 14,7,9,4 18,12,18,16 10 4 4 8 386 368
    rnd1_13 period loop 2 3 7,11,19,5 14,7,9,4 18,12,18,16 10 4 4 8 386 368
    rnd1_55 makespan loop 2 3 1,18,4,10 11,18,19,18 17,14,18,17 3 4 0 14 297 289
    rnd1_28 period loop 2 4 18 1 7 10 2 1 15 219 217
    rnd1_32 makespan loop 3 4 17 1 13 10 74 37 332 429 387
    rnd1_32 period loop 3 4 17 1 13 10 74 37 332 429 387
    """
}
