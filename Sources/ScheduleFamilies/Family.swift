import PipelineModel

/// A hand-made schedule with a name.
///
/// A family is one file and one line in `Families.all`. Formulas use p devices, m microbatches and the times
/// F, B, W of a stage; they hold for equal stages without communication.
public protocol Family: Sendable {
  /// The name on the command line, such as `zb-h1`.
  var name: String { get }
  /// The name in reports and diagrams, such as `ZB-H1`.
  var title: String { get }
  /// What the family is for, in one line.
  var purpose: String { get }
  /// The largest device peak, in activations of one microbatch on one stage.
  var peakFormula: String { get }
  /// The idle time of each device within the makespan.
  var idleFormula: String { get }
  /// The bubble for F = B = W, with the rate's name.
  var bubbleFormula: String { get }
  /// Where the family is described.
  var source: String { get }

  /// The words of the family for a problem.
  ///
  /// - Throws: `FamilyError` when the problem does not meet the family's requirements.
  /// - Complexity: O(operations).
  func words(for problem: Problem) throws(FamilyError) -> Words
}

/// The named families.
public enum Families {
  /// All families, in the order in which they are listed.
  public static let all: [any Family] = [
    GPipe(),
    OneForwardOneBackward(),
    ZeroBubbleH1(),
    ZeroBubbleH2(),
  ]

  /// The family of a name.
  ///
  /// - Throws: `FamilyError.unknown` naming all families.
  public static func named(_ name: String) throws(FamilyError) -> any Family {
    guard let family = all.first(where: { $0.name == name }) else { throw .unknown(name) }
    return family
  }
}

/// Why a family has no words for a problem.
public enum FamilyError: Error, Hashable, Sendable {
  /// No family has the name.
  case unknown(String)
  /// The family places one stage on each device, in order.
  case needsSequentialPlacement(family: String)
  /// The family's words hold more memory than a device has.
  case exceedsMemoryLimit(family: String, device: Device.ID, peak: Double, limit: Double)
}

extension FamilyError: CustomStringConvertible {
  /// What was expected, in one line.
  public var description: String {
    switch self {
    case .unknown(let name):
      "expected a family (\(Families.all.map(\.name).joined(separator: ", "))), found '\(name)'"
    case .needsSequentialPlacement(let family):
      "\(family) needs the sequential placement: stage s alone on device s, every microbatch through all stages"
    case .exceedsMemoryLimit(let family, let device, let peak, let limit):
      "\(family) holds \(peak.plain) on device \(device), over its memory limit \(limit.plain): "
        + "raise the limit or take another family"
    }
  }
}
