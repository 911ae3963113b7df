import OperationGraph
import PipelineModel
import Timeline

/// Times plans of modes and orders afresh after every change, with the kernel that knows every feature of problems.
struct ModeTimer: ~Copyable {
  private let model: ModeModel
  private let objective: Objective
  /// The devices that have operations.
  private let busy: [Int]
  private let steps: [Double]
  private var kernel: TimingKernel
  private var walk = RoomWalk(capacity: .infinity)
  private let hasOffloads: Bool
  private let hasEnds: Bool

  /// Makes room for a model's orders; they are written afterwards.
  init(_ model: ModeModel, objective: Objective) {
    self.model = model
    self.objective = objective
    busy = (0..<model.bounds.count - 1).filter { model.bounds[$0] < model.bounds[$0 + 1] }
    steps = model.lowered.end.stepsOfMakespan(
      isActive: (0..<model.bounds.count - 1).map { model.bounds[$0] < model.bounds[$0 + 1] })
    kernel = TimingKernel(model.emptyOrders)
    hasOffloads = model.lowered.hasOffloads
    hasEnds = model.lowered.hasEndDurations
  }

  /// Writes a device's order; tells whether the device has room for it. O(tokens of the device).
  mutating func write(_ order: [ModeModel.Token], _ modes: [UInt8], on device: Int) -> Bool {
    let (codes, rooms, hasOffloads) = (kernel.codes, kernel.rooms, hasOffloads)
    var position = model.bounds[device]
    let fits = model.walk(order, modes, on: device, &walk) { code, wait in
      codes[position] = code
      if hasOffloads { rooms[position] = wait }
      position += 1
    }
    while position < model.bounds[device + 1] {
      codes[position] = LoweredOrders.Code(end: 0, row: model.idle)
      if hasOffloads { rooms[position] = RoomWaits.Wait() }
      position += 1
    }
    if hasEnds { setEnds(order, on: device) }
    return fits
  }

  /// Gives the first `F` and the last backward pass of every stage the rows of their own durations.
  private mutating func setEnds(_ order: [ModeModel.Token], on device: Int) {
    var (first, last): ([Int32: Int], [Int32: Int]) = ([:], [:])
    for (place, token) in order.enumerated() {
      let (stage, part) = (
        model.visits[ModeModel.visit(of: token)].stage, ModeModel.part(of: ModeModel.asApart(token))
      )
      if part == ModeModel.Part.forward.rawValue, first[stage] == nil { first[stage] = place }
      if part == ModeModel.Part.backward.rawValue { last[stage] = place }
    }
    for place in Array(first.values) + Array(last.values) {
      let position = model.bounds[device] + place
      kernel.codes[position].row = model.rowsAtEnd[Int(kernel.codes[position].row)]
    }
  }

  /// The value of the orders that were written, in grid steps; `nil` where they cannot run.
  mutating func value() -> Double? {
    objective.value(in: &kernel, busy: busy, end: model.lowered.end, stepsOfMakespan: steps)
  }
}
