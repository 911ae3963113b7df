import PipelineModel

/// Which receive belongs to which send.
struct TransferMatching {
  /// Where a step stands.
  struct Place: Hashable {
    var device: Int
    var position: Int
  }

  /// The ordered pair of devices that a message runs between.
  struct Channel: Hashable {
    var sender: Int
    var receiver: Int
  }

  /// The send of each pair id, and its receive.
  private(set) var sends: [Int: Place] = [:]
  private(set) var receives: [Int: Place] = [:]
  /// The pair ids on each channel, in the order in which they are sent.
  private(set) var channels: [Channel: [Int]] = [:]

  /// Matches all transfers. O(instructions).
  ///
  /// - Throws: the first transfer without another end, or a channel on which the two orders differ.
  init(_ programs: [RankProgram]) throws(CommunicationFault) {
    guard programs.enumerated().allSatisfy({ $0.offset == $0.element.device.index }) else {
      throw .wrongPrograms(devices: programs.map(\.device), expected: programs.count)
    }
    var sent: [Int: Transfer] = [:]
    var arriving: [Channel: [Int]] = [:]
    for (device, program) in programs.enumerated() {
      for (position, instruction) in program.instructions.enumerated() {
        let place = Place(device: device, position: position)
        switch instruction {
        case .send(let transfer):
          guard transfer.source.index == device, transfer.destination.index != device,
            sends.updateValue(place, forKey: transfer.pair) == nil
          else { throw .unmatched(programs.step(place)) }
          sent[transfer.pair] = transfer
          channels[transfer.channel, default: []].append(transfer.pair)
        case .receive(let transfer):
          guard transfer.destination.index == device,
            receives.updateValue(place, forKey: transfer.pair) == nil
          else { throw .unmatched(programs.step(place)) }
          arriving[transfer.channel, default: []].append(transfer.pair)
        case .compute, .overlap, .copy, .wait, .hold, .local: break
        }
      }
    }
    try checkEnds(programs, sent)
    try checkOrder(programs, arriving)
  }

  /// Checks that every transfer has both ends, which agree on it.
  private func checkEnds(_ programs: [RankProgram], _ sent: [Int: Transfer]) throws(CommunicationFault) {
    for place in sends.values.sorted() + receives.values.sorted() {
      let transfer: Transfer
      switch programs[place.device].instructions[place.position] {
      case .send(let sending): transfer = sending
      case .receive(let receiving): transfer = receiving
      case .compute, .overlap, .copy, .wait, .hold, .local: continue
      }
      guard receives[transfer.pair] != nil, sent[transfer.pair] == transfer else {
        throw .unmatched(programs.step(place))
      }
    }
  }

  private func checkOrder(
    _ programs: [RankProgram], _ arriving: [Channel: [Int]]
  ) throws(CommunicationFault) {
    let first = channels.compactMap { channel, pairs -> (received: Place, sent: Place)? in
      let arrivals = arriving[channel] ?? []
      guard
        let index = zip(pairs, arrivals).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset,
        let received = receives[arrivals[index]], let sent = sends[pairs[index]]
      else { return nil }
      return (received, sent)
    }.min { $0.received < $1.received }
    guard let first else { return }
    throw .outOfOrder(
      received: programs.step(first.received), sent: programs.step(first.sent))
  }
}

extension TransferMatching.Place: Comparable {
  static func < (left: Self, right: Self) -> Bool {
    (left.device, left.position) < (right.device, right.position)
  }
}

extension [RankProgram] {
  /// The step at a place.
  func step(_ place: TransferMatching.Place) -> CommunicationFault.Step {
    CommunicationFault.Step(
      device: Device.ID(place.device), position: place.position,
      instruction: self[place.device].instructions[place.position])
  }
}

extension Transfer {
  /// The ordered pair of devices that the message runs between.
  var channel: TransferMatching.Channel {
    .init(sender: source.index, receiver: destination.index)
  }
}
