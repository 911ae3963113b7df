import Foundation
import TestSupport

/// Counts what became of the inputs, and orders it.
struct Tally {
  private var counts: [FuzzInput.Format: [Trial.Outcome: Int]] = [:]
  private let begin = ContinuousClock.now

  mutating func count(_ outcome: Trial.Outcome, of format: FuzzInput.Format) {
    counts[format, default: [:]][outcome, default: 0] += 1
  }

  /// The closing line.
  func line(of driver: String) -> String {
    let kinds = FuzzInput.Format.allCases.map { format in
      let (read, refused) = (counts[format]?[.read] ?? 0, counts[format]?[.refused] ?? 0)
      return "\(format.title) \(read) read, \(refused) refused"
    }
    let total = counts.values.reduce(0) { $0 + $1.values.reduce(0, +) }
    let seconds = (ContinuousClock.now - begin).components.seconds
    return
      "fuzz (\(driver)): \(total) inputs in \(seconds) s, none broke a promise: \(kinds.joined(separator: "; "))"
  }
}

/// Tries inputs and changes them; a driver says which.
final class Fuzzer {
  let seeds: Seeds
  private let trial: Trial
  private(set) var tally = Tally()

  init(_ seeds: Seeds) {
    self.seeds = seeds
    trial = Trial(problems: seeds.problems)
  }

  @discardableResult
  func run(_ input: FuzzInput) -> Trial.Outcome {
    let outcome = trial.run(input)
    tally.count(outcome, of: input.format)
    return outcome
  }

  /// Another input made of one, with parts of a seed of its format now and then.
  func mutate(_ input: FuzzInput, using random: inout SeededGenerator) -> FuzzInput {
    var mutated = input
    let other = seeds.inputs.filter { $0.format == input.format }.randomElement(using: &random)
    mutated.file = TextMutator.mutate(input.file, with: other?.file, using: &random)
    if Int.random(in: 0..<32, using: &random) == 0 {
      mutated.choice = UInt8.random(in: 0...255, using: &random)
    }
    return mutated
  }
}

/// Tries inputs one after the other without regard to what they reach; always the same for one seed.
struct BlindDriver {
  let fuzzer: Fuzzer
  /// Where the input under trial is kept, which is the one that stopped the program when it stops.
  let file: URL

  /// More inputs that could be read are not kept to go on from.
  private static let mostKept = 2000

  func run(seconds: Int, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var pool = fuzzer.seeds.inputs
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline, let start = pool.randomElement(using: &random) {
      let input = fuzzer.mutate(start, using: &random)
      try Data(input.bytes).write(to: file)
      guard fuzzer.run(input) == .read else { continue }
      if pool.count < Self.mostKept {
        pool.append(input)
      } else {
        pool[Int.random(in: fuzzer.seeds.inputs.count..<pool.count, using: &random)] = input
      }
    }
    try FileManager.default.removeItem(at: file)
  }
}
