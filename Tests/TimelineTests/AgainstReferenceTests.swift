import PipelineModel
import TestSupport
import Testing
import Timeline

@Suite("The timeline agrees with the reference simulator")
struct AgainstReferenceTests {
  /// Sequential; several stages per device; unequal microbatches; routes that skip and reorder stages; pairs
  /// that gain or lose; pieces of sequences; messages that wait, with all of this and without.
  static let shapes: [RandomProblem] = {
    let sequential = RandomProblem()
    var placed = RandomProblem()
    placed.anyPlacement = true
    var scaled = placed
    scaled.scales = true
    var routed = scaled
    routed.routes = true
    routed.speeds = true
    var paired = routed
    paired.overlap = true
    var cut = paired
    cut.pieces = true
    var queued = sequential
    queued.serialise = true
    var all = cut
    all.serialise = true
    return [sequential, placed, scaled, routed, paired, cut, queued, all]
  }()

  @Test("starts, ends and makespan", arguments: 0..<shapes.count)
  func times(shape: Int) throws {
    var random = SeededGenerator(seed: 100 + UInt64(shape))
    for _ in 0..<150 {
      let problem = try Self.shapes[shape].problem(using: &random)
      let words = problem.randomWords(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, words: words))
      let reference = try #require(ReferenceSimulator(problem, words))
      for (position, operation) in words.operations.enumerated() {
        let start = try #require(reference.starts[operation])
        let end = try #require(reference.ends[operation])
        #expect(abs(timeline.start(at: position) - start) < 1e-9)
        #expect(abs(timeline.end(at: position) - end) < 1e-9)
      }
      let ends = problem.devices.indices.compactMap { device in
        words[Device.ID(device)].last.flatMap { reference.ends[$0] }.map {
          $0 + problem.devices[device].optimizerStep
        }
      }
      #expect(abs(timeline.makespan - (ends.max() ?? 0)) < 1e-9)
    }
  }

  @Test("shuffled words deadlock in both or in neither, paired or not", arguments: [1, 4])
  func deadlocks(shape: Int) throws {
    var random = SeededGenerator(seed: 7)
    var deadlocks = 0
    for _ in 0..<300 {
      let problem = try Self.shapes[shape].problem(using: &random)
      let valid = problem.randomWords(using: &random)
      let shuffled = Words(
        problem.devices.indices.map { device in
          var word = Array(valid[Device.ID(device)])
          for _ in 0..<2 where word.count > 1 {
            word.swapAt(
              Int.random(in: 0..<word.count, using: &random), Int.random(in: 0..<word.count, using: &random))
          }
          return word
        })
      let words = shape == 1 ? shuffled : shuffled.paired
      let timed = try? Timeline(Schedule(problem: problem, words: words))
      let reference = ReferenceSimulator(problem, words)
      #expect((timed == nil) == (reference == nil))
      if reference == nil { deadlocks += 1 }
    }
    #expect(deadlocks > 50)
  }

  @Test("the memory profile is the running sum over time")
  func memory() throws {
    var random = SeededGenerator(seed: 21)
    for _ in 0..<150 {
      let problem = try Self.shapes[3].problem(using: &random)
      let words = problem.randomWords(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, words: words))
      for device in problem.devices.indices.map({ Device.ID($0) }) {
        var held = problem.staticMemory[device.index]
        var peak = held
        for operation in words[device] {
          let stage = problem.stages[operation.stage.index]
          switch operation.kind {
          case .forward: held += stage.activationForB
          case .backwardInput, .backwardWeight, .backward: break
          }
          peak = max(peak, held)
          switch operation.kind {
          case .forward: break
          case .backwardInput: held -= stage.activationForB - stage.activationForW
          case .backwardWeight: held -= stage.activationForW
          case .backward: held -= stage.activationForB
          }
        }
        #expect(abs(timeline.peakMemory[device.index] - peak) < 1e-9)
        let profile = timeline.memoryProfile(of: device)
        #expect(zip(profile, profile.dropFirst()).allSatisfy { $0.time < $1.time })
        #expect(abs((profile.last?.memory ?? 0) - problem.staticMemory[device.index]) < 1e-9)
        #expect(profile.allSatisfy { $0.memory <= peak + 1e-9 })
      }
    }
  }
}

extension Words {
  /// The same words with every `F` paired that comes right before a `BW` of another microbatch.
  fileprivate var paired: Words {
    let pairs = (0..<deviceCount).flatMap { device in
      range(of: Device.ID(device)).dropLast().filter { position in
        let (first, second) = (operations[position], operations[position + 1])
        return first.kind == .forward && second.kind == .backward && first.microbatch != second.microbatch
      }
    }
    return Words(operations: operations, bounds: bounds, pairs: pairs)
  }
}
