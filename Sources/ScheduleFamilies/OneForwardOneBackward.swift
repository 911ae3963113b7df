import PipelineModel

/// 1F1B: after a warm-up, one forward and one backward in turn.
///
/// Source: Narayanan et al., "PipeDream: Generalized Pipeline Parallelism for DNN Training", SOSP 2019, section
/// 3.2; with a flush after every batch as in Narayanan et al., arXiv 2104.04473, figure 4.
struct OneForwardOneBackward: Family {
  let name = "1f1b"
  let title = "1F1B"
  let purpose = "GPipe's length at the memory of p microbatches"
  let peakFormula = "min(p, m)"
  let idleFormula = "(p-1)(F+B+W)"
  let bubbleFormula = "makespanBubble (p-1)/(m+p-1)"
  let source = "arXiv 2104.04473"

  /// F^warmUp, {F, BW} while forwards are left, then BW until the end; warmUp = min(p-s-1, m) on stage s.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) -> Orders {
    OrderWriter.orders(for: problem) { stage, order in
      order.forward(min(problem.deviceCount - stage - 1, order.microbatchCount))
      for _ in 0..<order.microbatchCount {
        if order.forwardsLeft() > 0 { order.forward() }
        order.backward()
      }
    }
  }
}

extension Problem {
  /// The largest device peak of 1F1B on this problem, by which memory limits are measured.
  ///
  /// Device d of D holds min(M, D - d) successive microbatches of its own layers: the latest runs forward, or the oldest
  /// backward. Several stages per device count as one. O(devices x microbatches).
  public var peakOfOneForwardOneBackward: Double {
    if let plain = inPlainMode { return plain.peakOfOneForwardOneBackward }
    let (distinct, numbers) = activationPeaks
    let fixed = staticMemory
    return devices.indices.reduce(0) { peak, device in
      let peaks = distinct.map { $0[Device.ID(device)] ?? ActivationPeaks() }
      let count = min(microbatchCount, deviceCount - device)
      var (held, most) = (0.0, 0.0)
      func runBackward(_ microbatch: Int) {
        held -= peaks[microbatch].held
        most = max(most, held + peaks[microbatch].backward)
      }
      for (index, microbatch) in numbers.enumerated() {
        most = max(most, held + peaks[microbatch].forward)
        held += peaks[microbatch].held
        if index >= count - 1 { runBackward(numbers[index - count + 1]) }
      }
      numbers.suffix(count - 1).forEach(runBackward)
      return max(peak, fixed[device] + most)
    }
  }
}
