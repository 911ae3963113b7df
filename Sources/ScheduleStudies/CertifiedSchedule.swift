import PipelineModel
import Timeline

/// A schedule that was searched for, with how far from the best possible it is at most.
public struct CertifiedSchedule: Sendable {
  /// The schedule, timed. Its problem states the routes where they were chosen.
  public let timeline: Timeline
  /// The bound beside its value.
  public let proof: Proof

  /// What each further microbatch adds, where a search repeated a stretch of its orders; in the problem's time unit.
  public let slopePerMicrobatch: Double?

  /// Joins a schedule to what is proved of it.
  public init(_ timeline: Timeline, proof: Proof, slopePerMicrobatch: Double? = nil) {
    self.timeline = timeline
    self.proof = proof
    self.slopePerMicrobatch = slopePerMicrobatch
  }

  /// Certifies the makespan of a schedule that is there already.
  public init(_ timeline: Timeline) { self.init(timeline, proof: Proof(for: timeline)) }

  /// The problem that it is for.
  public var problem: Problem { timeline.schedule.problem }
  /// The order of operations on each device.
  public var orders: Orders { timeline.schedule.orders }
  /// How far from the best possible it is at most; `nil` where a defect of the search took the bound away.
  public var certificate: Certificate? { proof.valid }
  /// Its figures, the certificate among them. O(operations).
  public var summary: Summary {
    var summary = timeline.summary
    summary.certificate = certificate
    return summary
  }
}
