import ArgumentParser
import ScheduleChecker
import Timeline

extension CommunicationMode: ExpressibleByArgument {
  /// Reads `rendezvous`, `buffered`, `buffered:N` with N from 1 on, or `batched`.
  public init?(argument: String) {
    switch argument {
    case "rendezvous": self = .rendezvous
    case "buffered": self = .buffered(capacity: nil)
    case "batched": self = .batched
    default:
      let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "buffered", let capacity = Int(parts[1]), capacity > 0 else {
        return nil
      }
      self = .buffered(capacity: capacity)
    }
  }
}

extension ReceivePlacement: ExpressibleByArgument {}
