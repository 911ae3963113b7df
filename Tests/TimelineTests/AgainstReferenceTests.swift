import PipelineModel
import TestSupport
import Testing
import Timeline

@Suite("The timeline agrees with the reference simulator")
struct AgainstReferenceTests {
  @Test("starts, ends and makespan")
  func times() throws {
    var random = SeededGenerator(seed: 100)
    for _ in 0..<400 {
      let problem = try RandomProblem().problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let reference = try #require(ReferenceSimulator(problem, orders))
      for (position, operation) in orders.operations.enumerated() {
        let start = try #require(reference.starts[operation])
        let end = try #require(reference.ends[operation])
        #expect(abs(timeline.start(at: position) - start) < 1e-9)
        #expect(abs(timeline.end(at: position) - end) < 1e-9)
      }
      let makespan = try #require(ReferenceSimulator.makespan(problem, orders))
      #expect(abs(timeline.makespan - makespan) < 1e-9)
    }
  }

  @Test("shuffled orders deadlock in both or in neither, paired or not", arguments: [false, true])
  func deadlocks(arePaired: Bool) throws {
    let shape = RandomProblem()
      .without(.pieces, because: "pieces out of order are refused before anything waits")
    var random = SeededGenerator(seed: 7)
    var deadlocks = 0
    for _ in 0..<300 {
      let problem = try shape.problem(using: &random)
      let valid = problem.randomOrders(using: &random)
      let shuffled = Orders(
        problem.devices.indices.map { device in
          var order = Array(valid[Device.ID(device)])
          for _ in 0..<2 where order.count > 1 {
            order.swapAt(
              Int.random(in: 0..<order.count, using: &random), Int.random(in: 0..<order.count, using: &random)
            )
          }
          return order
        })
      let orders = arePaired ? shuffled.paired : shuffled
      let timed = try? Timeline(Schedule(problem: problem, orders: orders))
      let reference = ReferenceSimulator(problem, orders)
      #expect((timed == nil) == (reference == nil))
      if reference == nil { deadlocks += 1 }
    }
    #expect(deadlocks > 50)
  }

  @Test("the memory profile is the running sum over time")
  func memory() throws {
    var random = SeededGenerator(seed: 21)
    for _ in 0..<250 {
      let problem = try RandomProblem().problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let peaks = ReferenceSimulator.peakMemory(problem, orders)
      for device in problem.devices.indices.map({ Device.ID($0) }) {
        let peak = peaks[device.index]
        #expect(abs(timeline.peakMemory[device.index] - peak) < 1e-9)
        let profile = timeline.memoryProfile(of: device)
        #expect(zip(profile, profile.dropFirst()).allSatisfy { $0.time < $1.time })
        #expect(abs((profile.last?.memory ?? 0) - problem.staticMemory[device.index]) < 1e-9)
        #expect(profile.allSatisfy { $0.memory <= peak + 1e-9 })
      }
    }
  }

  @Test("the memory profile holds between all moments at which anything begins or ends")
  func memoryInTime() throws {
    var random = SeededGenerator(seed: 22)
    for _ in 0..<40 {
      let problem = try RandomProblem(devices: 1...3, microbatches: 1...4).problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let run = try #require(ReferenceSimulator(problem, orders))
      let transfers = run.transfers.values.flatMap { [$0.start, $0.end] }
      let moments = Set(Array(run.starts.values) + Array(run.ends.values) + transfers).sorted()
      for device in problem.devices.indices.map({ Device.ID($0) }) {
        let profile = timeline.memoryProfile(of: device)
        for (moment, next) in zip(moments, moments.dropFirst()) where next - moment > 1e-6 {
          let middle = (moment + next) / 2
          let held = try #require(profile.last { $0.time <= middle }).memory
          #expect(abs(held - run.memory(of: device, at: middle, problem, orders)) < 1e-9)
        }
      }
    }
  }

  @Test("transfers, what hosts hold and what modes add")
  func hosts() throws {
    var random = SeededGenerator(seed: 23)
    var transfers = 0
    for _ in 0..<200 {
      let problem = try RandomProblem().problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let run = try #require(ReferenceSimulator(problem, orders))
      #expect(timeline.transfersOfHosts.count == run.transfers.count)
      for transfer in timeline.transfersOfHosts {
        let expected = try #require(run.transfers[transfer.operation])
        #expect(abs(transfer.start - expected.start) < 1e-9 && abs(transfer.end - expected.end) < 1e-9)
        transfers += 1
      }
      let (summary, busy) = (timeline.summary, run.hostTime(problem))
      for (device, peak) in run.peakHostMemory(problem).enumerated() {
        #expect(abs((summary.peakHostMemory?[device] ?? 0) - peak) < 1e-9)
        #expect(abs((summary.hostBusy?[device] ?? 0) * timeline.makespan - busy[device]) < 1e-9)
      }
      let work = ReferenceSimulator.deviceWork(problem, orders).reduce(0, +)
      #expect(
        abs((summary.recomputeShare ?? 0) * work - ReferenceSimulator.addedWork(problem)) < 1e-9
          * max(1, work))
    }
    #expect(transfers > 500)
  }
}

extension Orders {
  /// The same orders with every `F` paired that comes right before a `BW` of another microbatch.
  fileprivate var paired: Orders {
    let pairs = (0..<deviceCount).flatMap { device in
      range(of: Device.ID(device)).dropLast().filter { position in
        let (first, second) = (operations[position], operations[position + 1])
        return first.kind == .forward && second.kind == .backward && first.microbatch != second.microbatch
      }
    }
    return Orders(operations: operations, bounds: bounds, pairs: pairs)
  }
}
