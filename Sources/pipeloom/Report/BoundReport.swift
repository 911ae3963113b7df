import PipelineModel
import ScheduleStudies

/// What is known of the lower bound that a schedule file states, for people and for machines.
struct BoundReport: Encodable {
  /// The figure that is bounded.
  let objective: String
  /// The bound as the file has it, in the problem's time unit.
  let stated: Double
  /// What was proved here, in the problem's time unit; absent where nothing was asked to be.
  private(set) var proved: Double?
  /// Why no schedule is shorter than that.
  private(set) var argument: String?
  /// What a schedule below the stated bound takes, where one was found.
  private(set) var shorter: Double?
  /// Whether what was proved is as much as is stated.
  private var isReached = true

  private enum CodingKeys: String, CodingKey {
    case objective, stated, proved, argument, shorter
  }

  /// Takes a bound as it is stated.
  init(_ certificate: Certificate) {
    objective = certificate.objective.rawValue
    stated = certificate.lowerBound
  }

  /// Takes a bound that was worked out anew.
  init(_ certificate: Certificate, _ review: BoundReview) {
    self.init(certificate)
    proved = review.proved
    argument =
      switch review.argument {
      case .bound(let bound): bound.explanation
      case .everyChoice: "no order of operations takes less, by branch and bound"
      }
    shorter = review.shorter
    isReached = certificate.isReached(by: review.proved)
  }

  /// Why the stated bound cannot be believed; `nil` where it is proved, or nobody asked.
  var violation: String? {
    if let shorter {
      return "lowerBound is recorded as \(stated.plain), but a schedule of \(shorter.plain) exists"
    }
    guard let proved, !isReached else { return nil }
    return "lowerBound is recorded as \(stated.plain), which is not proved: \(proved.plain) is"
  }

  /// What a person is told of a bound that stands.
  var text: String {
    guard let argument else { return "bound: stated, not proved here" }
    return "bound of \(stated.short) proved: \(argument)"
  }
}
