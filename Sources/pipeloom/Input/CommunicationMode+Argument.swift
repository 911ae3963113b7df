import ArgumentParser
import RankPrograms
import ScheduleChecker

extension CommunicationMode: ExpressibleByArgument {
  /// How many messages a buffer may hold on the command line.
  static let capacities = 1...1_000_000_000

  /// Reads `rendezvous`, `buffered`, `buffered:N` with N in range, or `batched`.
  public init?(argument: String) {
    switch argument {
    case "rendezvous": self = .rendezvous
    case "buffered": self = .buffered(capacity: nil)
    case "batched": self = .batched
    default:
      let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "buffered", let capacity = Int(parts[1]),
        Self.capacities.contains(capacity)
      else { return nil }
      self = .buffered(capacity: capacity)
    }
  }
}

extension ReceivePlacement: ExpressibleByArgument {}
