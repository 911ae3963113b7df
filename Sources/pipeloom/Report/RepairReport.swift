import PipelineModel
import ScheduleStudies
import Timeline

/// What a repair costs, for people and for machines.
struct RepairReport: Encodable {
  /// Visits of a stage that moved.
  struct Move: Encodable {
    let stage: Int
    let from: Int
    let to: Int
    let microbatches: [Int]
  }

  /// A layer whose weights moved.
  struct LayerMove: Encodable {
    let layer: Int
    let name: String?
    let from: Int
    let to: Int
    let `static`: Double
  }

  /// What happened.
  let broken: [String]
  /// The figure before, with the old orders on the new hosts where there are such, and now.
  let before: Double
  let carriedOn: Double?
  let after: Double
  /// How many visits there are, and how many moved.
  let visits: Int
  let movedVisits: Int
  let moves: [Move]
  /// How many messages there are, and how many go another way or are new.
  let messages: Int
  let changedMessages: Int
  /// What the changed ones carry, where the problem says what a message carries.
  let changedBytes: Double?
  /// The layers that moved, and what they hold.
  let layers: [LayerMove]?
  /// The former number of each device, where devices are numbered anew.
  let formerDevices: [Int]?
  /// By device, the most memory before and now, where devices keep their numbers.
  let peakMemoryBefore: [Double]?

  /// The lines for people.
  let lines: [String]

  private enum CodingKeys: String, CodingKey {
    case broken, before, carriedOn, after, visits, movedVisits, moves, messages, changedMessages
    case changedBytes, layers, formerDevices, peakMemoryBefore
  }

  /// Figures a repair. O(visits).
  init(_ repair: Repair) {
    let problem = repair.after.problem
    let counts = repair.messages
    broken = repair.breakages.map(\.description)
    (before, carriedOn, after) = (repair.valueBefore, repair.carriedOn, repair.valueAfter)
    (visits, movedVisits) = (problem.visitCount, repair.movedVisitCount)
    (messages, changedMessages) = (counts.all, counts.changed)
    moves = repair.moves.map {
      Move(
        stage: $0.stage.index, from: $0.source.index, to: $0.destination.index,
        microbatches: $0.microbatches.map(\.index))
    }
    changedBytes = counts.changedBytes > 0 ? counts.changedBytes : nil
    layers =
      repair.partition == nil
      ? nil
      : repair.layerMoves.map {
        LayerMove(
          layer: $0.layer, name: $0.name.isEmpty ? nil : $0.name, from: $0.source.index,
          to: $0.destination.index, static: $0.staticMemory)
      }
    formerDevices = repair.renumbered.map { $0.map(\.index) }
    peakMemoryBefore = repair.partition == nil ? repair.before.summary.peakMemory : nil
    lines = RepairLines(repair, changedBytes: changedBytes).all
  }
}

/// The lines of a repair for people.
private struct RepairLines {
  let repair: Repair
  let changedBytes: Double?

  init(_ repair: Repair, changedBytes: Double?) {
    self.repair = repair
    self.changedBytes = changedBytes
  }

  var all: [String] {
    [values] + moves + [messages, weights, memory, renumbered, split].compactMap(\.self)
  }

  private var values: String {
    let what = repair.breakages.map(\.description).joined(separator: ", ")
    let carriedOn = repair.carriedOn.map { ", \($0.short) with the orders as they were" } ?? ""
    return "\(what): \(repair.objective.rawValue) \(repair.valueBefore.short) before\(carriedOn), "
      + "\(repair.valueAfter.short) now"
  }

  private var moves: [String] {
    guard repair.partition == nil else { return [] }
    let count = repair.after.problem.visitCount
    guard !repair.moves.isEmpty else { return ["No visit moved"] }
    return ["\(repair.movedVisitCount) of \(count.counted("visit")) moved"]
      + repair.moves.map { move in
        let list = move.microbatches.map(\.description).joined(separator: ", ").shortened
        return "  stage \(move.stage), device \(move.source) to \(move.destination): microbatches \(list)"
      }
  }

  private var messages: String? {
    let (changed, all, _) = repair.messages
    guard repair.partition == nil, changed > 0 else { return nil }
    let bytes = changedBytes.map { ", \($0.short) bytes" } ?? ""
    return "\(changed) of \(all.counted("message")) go another way in every iteration\(bytes)"
  }

  /// Where weights have to be that were not there before.
  private var weights: String? {
    guard repair.partition != nil else {
      return repair.moves.isEmpty ? nil : "No weights to send: the new hosts have those stages already"
    }
    let memory = repair.layerMoves.reduce(0) { $0 + $1.staticMemory }
    let lost = Set(
      repair.breakages.compactMap { if case .lostDevice(let device) = $0 { device } else { nil } })
    let gone = repair.layerMoves.count { lost.contains($0.source) }
    let checkpoint = gone == 0 ? "" : ", \(gone.counted("layer")) of them from a checkpoint"
    let size = [memory.short, repair.after.problem.units.memory].filter { !$0.isEmpty }.joined(separator: " ")
    return "\(repair.layerMoves.counted("layer")) moved, with \(size) to send\(checkpoint)"
  }

  /// Devices that hold more than they did.
  private var memory: String? {
    guard repair.partition == nil else { return nil }
    let (old, new) = (repair.before.summary.peakMemory, repair.after.timeline.summary.peakMemory)
    let risen = old.indices.filter { new[$0] > old[$0] }
    guard !risen.isEmpty else { return nil }
    let list = risen.prefix(8).map { "device \($0) \(new[$0].short) after \(old[$0].short)" }
    return "More memory: \(list.joined(separator: ", "))\(risen.count > 8 ? ", ..." : "")"
  }

  private var renumbered: String? {
    repair.renumbered.map { kept in
      "Devices are numbered anew; before, they were \(kept.map(\.description).joined(separator: ", "))"
    }
  }

  /// Runtimes that cannot split are not to be surprised.
  private var split: String? {
    func isSplit(_ orders: Orders, of problem: Problem) -> Bool {
      orders.operations.contains { $0.kind == .backwardWeight && problem.stages[$0.stage.index].isSplit }
    }
    let old = repair.before.schedule
    guard !isSplit(old.orders, of: old.problem), isSplit(repair.after.orders, of: repair.after.problem) else {
      return nil
    }
    return "Backward passes are split now and were whole before; --backward fused keeps them whole"
  }
}

extension Array {
  /// The count in words.
  fileprivate func counted(_ thing: String) -> String { count.counted(thing) }
}
