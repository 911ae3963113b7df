extension OrderWriter {
  /// Writes one device's order of DualPipe or DualPipeV, step by step as DeepSeek publishes it.
  ///
  /// Microbatches of the `near` lane enter at the device's own end of the pipeline, those of the `far` lane
  /// come back from the middle or the turn.
  ///
  /// - Parameters:
  ///   - rank: how many devices lie between this one and its end of the pipeline.
  ///   - distance: how many devices lie between this one and the middle, or the turn.
  mutating func writeEightSteps(rank: Int, distance: Int, near: Int = 0, far: Int = 1) {
    let rounds = microbatchCount - 2 * distance - rank - 1
    // 1. Forwards from the near end, until the first one from the far end arrives.
    forward(2 * distance, lane: near)
    // 2. Forwards from both ends.
    for _ in 0...rank {
      forward(lane: near)
      forward(lane: far)
    }
    // 3. The first gradients; W at once, while the next forward is under way.
    for _ in 0..<distance {
      backwardInput(lane: far)
      backwardWeight(lane: far)
      forward(lane: far)
    }
    // 4. The main step: overlapped blocks. In the middle the first block would only hold its parts up.
    for round in 0..<rounds {
      if round == 0 && distance == 0 {
        forward(lane: near)
        backward(lane: far)
      } else {
        pair(forward: near, backward: far)
      }
      pair(forward: far, backward: near)
    }
    // 5. No forward is left at the near end.
    for _ in 0..<distance {
      backward(lane: far)
      pair(forward: far, backward: near)
    }
    // 6. No forward is left: backwards from both ends, the second half of them without their W.
    var delayed: [Int] = []
    let turn = (rank + 1) / 2
    for round in 0...rank {
      let delaysFar = round > turn || round == turn && rank % 2 == 1
      backward(lane: far, delaying: delaysFar, to: &delayed)
      backward(lane: near, delaying: round >= turn, to: &delayed)
    }
    // 7. The last gradients from the near end; the oldest W fills each wait.
    for _ in 0..<distance {
      backwardWeight(lane: delayed.removeFirst())
      backward(lane: near, delaying: true, to: &delayed)
    }
    // 8. The weights that are left.
    for lane in delayed { backwardWeight(lane: lane) }
  }

  /// Appends the next backward of a lane: `BW`, or `B` alone with the lane added to those whose `W` waits.
  private mutating func backward(lane: Int, delaying: Bool, to delayed: inout [Int]) {
    guard delaying else { return backward(lane: lane) }
    backwardInput(lane: lane)
    delayed.append(lane)
  }
}
