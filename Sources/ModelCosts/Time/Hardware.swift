/// A machine, as far as the time of a layer depends on it. Times are in seconds, sizes in bytes.
public struct Hardware: Hashable, Sendable {
  /// A way between devices.
  public struct Link: Hashable, Sendable {
    /// Bytes per second that one device sends.
    public var bandwidth: Double
    /// Seconds that a message takes besides.
    public var latency: Double

    /// Describes a link.
    public init(bandwidth: Double, latency: Double = 0) {
      self.bandwidth = bandwidth
      self.latency = latency
    }

    /// How long a message takes.
    public func time(bytes: Double) -> Double { latency + bytes / bandwidth }
  }

  /// The links by what travels over them.
  public struct Links: Hashable, Sendable {
    /// Between the devices that share each matrix.
    public var tensor: Link
    /// Between neighbouring stages.
    public var pipeline: Link
    /// Between the devices that share experts; that of the pipeline if left out.
    public var expert: Link
    /// Between the devices that share sequences; that of the pipeline if left out.
    public var context: Link
    /// Between a device and the memory of its host; `nil` where it is not told.
    public var host: Link?

    /// Describes links.
    public init(tensor: Link, pipeline: Link, expert: Link? = nil, context: Link? = nil, host: Link? = nil) {
      self.tensor = tensor
      self.pipeline = pipeline
      self.expert = expert ?? pipeline
      self.context = context ?? pipeline
      self.host = host
    }
  }

  /// What a device's own memory can do.
  public struct Memory: Hashable, Sendable {
    /// Bytes per second.
    public var bandwidth: Double
    /// How many bytes there are.
    public var limit: Double
    /// The share of them that contexts, communication and fragments take.
    public var reserve: Double

    /// Describes a memory.
    public init(bandwidth: Double, limit: Double, reserve: Double = 0) {
      self.bandwidth = bandwidth
      self.limit = limit
      self.reserve = reserve
    }

    /// What training may hold.
    public var usable: Double { limit * (1 - reserve) }
  }

  /// What share of the peak kernels reach.
  public struct Efficiency: Hashable, Sendable {
    /// Products of activations by weights.
    public var matrix: PeakShare
    /// Queries by keys and weights by values.
    public var attention: PeakShare
    /// Products that make the gradients of weights.
    public var weight: PeakShare

    /// Describes shares.
    public init(matrix: PeakShare, attention: PeakShare, weight: PeakShare) {
      self.matrix = matrix
      self.attention = attention
      self.weight = weight
    }
  }

  /// What the machine is called.
  public var name: String
  /// Where its numbers come from.
  public var source: String
  /// FLOP/s by precision, dense.
  public var peak: [Precision: Double]
  /// What share of it kernels reach.
  public var efficiency: Efficiency
  /// What its own memory can do.
  public var memory: Memory
  /// What travels between devices, and how fast.
  public var links: Links
  /// What a pass of a layer takes besides its kernels, in seconds.
  public var overhead: Double

  /// Describes a machine.
  public init(
    name: String, source: String = "", peak: [Precision: Double], efficiency: Efficiency, memory: Memory,
    links: Links, overhead: Double = 0
  ) {
    self.name = name
    self.source = source
    self.peak = peak
    self.efficiency = efficiency
    self.memory = memory
    self.links = links
    self.overhead = overhead
  }
}

/// The share of the peak that a kernel reaches: one number, or one that grows with the size of the kernel.
public struct PeakShare: Hashable, Sendable {
  /// From a size on, in FLOP, and the share that kernels of this size reach.
  public struct Step: Hashable, Sendable {
    /// The smallest kernel that reaches it, in FLOP.
    public var size: Double
    /// The share.
    public var share: Double

    /// Describes a step.
    public init(size: Double, share: Double) {
      self.size = size
      self.share = share
    }
  }

  /// The steps, by size.
  public let steps: [Step]

  /// The same share for all kernels.
  public init(_ share: Double) { steps = [Step(size: 0, share: share)] }

  /// Takes steps, of which there must be one at least.
  public init?(steps: [Step]) {
    guard !steps.isEmpty else { return nil }
    self.steps = steps.sorted { $0.size < $1.size }
  }

  /// The share of a kernel: that of the last step it reaches, or the first of all. O(steps).
  public func of(flops: Double) -> Double {
    (steps.last { $0.size <= flops } ?? steps.first)?.share ?? 1
  }

  /// The shares as text: `0.65`, or `0.4 to 0.7`.
  var text: String {
    let shares = steps.map(\.share)
    guard let least = shares.min(), let most = shares.max(), least < most else {
      return (shares.first ?? 1).formulaText
    }
    return "\(least.formulaText) to \(most.formulaText)"
  }
}
