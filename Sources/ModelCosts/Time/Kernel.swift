/// One kernel of a pass: what it works out and what it moves, on one device for one microbatch.
struct Kernel: Hashable, Sendable {
  /// Which share of the peak it reaches.
  enum Work: Hashable, Sendable {
    case matrix, weight, attention, elementwise
  }

  /// What it does.
  var work: Work
  /// Its operations.
  var flops: Double
  /// What it reads and writes in the device's memory, in bytes.
  var bytes: Double
}

/// How long kernels take on a machine, in one precision.
struct Roofline {
  private let hardware: Hardware
  private let peak: Double
  private let attentionPeak: Double

  /// - Returns: `nil` where the machine's peak is not known in the precision.
  init?(_ hardware: Hardware, _ precision: Precision) {
    guard let peak = hardware.peak[precision], let attention = hardware.peak[precision.ofAttention] else {
      return nil
    }
    (self.hardware, self.peak, attentionPeak) = (hardware, peak, attention)
  }

  /// The longer of what its operations take and what its traffic does: Williams et al., Roofline (CACM 52, 2009).
  func time(_ kernel: Kernel) -> Double { max(flopTime(kernel), kernel.bytes / hardware.memory.bandwidth) }

  private func flopTime(_ kernel: Kernel) -> Double {
    let efficiency = hardware.efficiency
    switch kernel.work {
    case .matrix: return kernel.flops / (peak * efficiency.matrix.of(flops: kernel.flops))
    case .weight: return kernel.flops / (peak * efficiency.weight.of(flops: kernel.flops))
    case .attention: return kernel.flops / (attentionPeak * efficiency.attention.of(flops: kernel.flops))
    case .elementwise: return 0
    }
  }
}
