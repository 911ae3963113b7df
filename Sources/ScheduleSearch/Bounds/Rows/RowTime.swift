/// A number that rows hold times in.
///
/// Half as long a number takes half the memory, and twice as many are added and compared at once.
protocol RowTime: BinaryFloatingPoint, SIMDScalar, BitwiseCopyable, Codable {
  /// The latest gate, and the most work of a device, in grid steps, for which no sum is rounded where all are whole.
  static var latest: Double { get }

  /// The lesser of each two. Each kind has its own, as only vectors of a known kind are compared at once.
  static func least(_ times: SIMD8<Self>, _ others: SIMD8<Self>) -> SIMD8<Self>
}

extension RowTime {
  /// A head or a tail as a gate; one that would be too late stands for a weaker bound, never for a false one.
  init(gate: Double) { self.init(min(gate, Self.latest)) }
}

extension Double: RowTime {
  static var latest: Double { .infinity }

  @inline(__always)
  static func least(_ times: SIMD8<Double>, _ others: SIMD8<Double>) -> SIMD8<Double> {
    times.replacing(with: others, where: others .< times)
  }
}

extension Float: RowTime {
  static var latest: Double { 0x1p23 }

  @inline(__always)
  static func least(_ times: SIMD8<Float>, _ others: SIMD8<Float>) -> SIMD8<Float> {
    times.replacing(with: others, where: others .< times)
  }
}

extension OperationTable {
  /// Whether rows can hold times in a kind of number without a loss: whole steps, of which a device's work and a
  /// microbatch's way there and back are not too many, nor a known schedule's value. O(operations).
  func fits<Time: RowTime>(_: Time.Type, until goal: Double = .infinity) -> Bool {
    guard Time.latest < .infinity else { return true }
    let most = (0..<deviceCount).reduce(0) { max($0, work(of: $1)) }
    let all = (0..<count).reduce(0) { $0 + duration[$1] + latency[$1] }
    let microbatches = classes.reduce(0) { $0 + $1.members.count }
    return grid.isExact
      && max(most, goal < .infinity ? goal : most + all / Double(max(1, microbatches))) <= Time.latest
  }
}
