import PipelineModel

/// A hand-made schedule with a name.
///
/// A family is one file and one line in `Families.all`. Formulas use p devices, m microbatches and the times
/// F, B, W of a stage, and where they are not one: v stages per device, of w waves; g microbatches per group; q
/// pieces per sequence. They hold for equal stages without communication and m >= p.
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

  /// How it lays stages out over devices.
  var layout: FamilyLayout { get }
  /// Whether it runs some `B` apart from its `W`, which a backward pass that is whole does not allow.
  var splitsBackward: Bool { get }
  /// Whether `FamilyParameters.groupSize` means something to it.
  var takesGroupSize: Bool { get }
  /// The group sizes it takes for a problem of its layout; without meaning unless `takesGroupSize`.
  func groupSizes(for problem: Problem) -> ClosedRange<Int>

  /// The fewest microbatches it takes for a problem of its layout.
  func leastMicrobatches(for problem: Problem) -> Int

  /// Writes the orders for a problem of the family's layout and parameters that it takes: the part of
  /// `orders(for:parameters:)` that each family has of its own.
  ///
  /// - Throws: `FamilyError` when the problem does not meet a requirement besides these.
  /// - Complexity: O(operations) unless said otherwise.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) throws(FamilyError) -> Orders
}

/// What a user may choose of a family besides the problem.
public struct FamilyParameters: Hashable, Sendable {
  /// How many consecutive microbatches run on one chunk before the next chunk's turn; `nil` for the family's
  /// own choice. Megatron's `microbatch-group-size-per-vp-stage`.
  public var groupSize: Int?

  /// Names the choices; left out, the family's own.
  public init(groupSize: Int? = nil) { self.groupSize = groupSize }
}

extension Family {
  /// Most families run one stage per device.
  public var layout: FamilyLayout { .sequential }
  /// Families of whole backward passes take any stage.
  public var splitsBackward: Bool { false }
  /// Most families have no groups.
  public var takesGroupSize: Bool { false }

  /// Most groups are of at most as many microbatches as there are devices.
  public func groupSizes(for problem: Problem) -> ClosedRange<Int> { 1...problem.deviceCount }

  /// Most families take any batch.
  public func leastMicrobatches(for problem: Problem) -> Int { 1 }

  /// The orders of the family for a problem.
  ///
  /// - Throws: `FamilyError` when the problem or a parameter does not meet the family's requirements.
  /// - Complexity: O(operations) unless the family says otherwise.
  public func orders(
    for problem: Problem, parameters: FamilyParameters = FamilyParameters()
  ) throws(FamilyError) -> Orders {
    guard problem.layout == nil else { throw .needsPassesAlone(family: title) }
    guard problem.isChain else { throw .needsChain(family: title) }
    guard layout.fits(problem) else { throw .needsLayout(family: title, layout) }
    let least = leastMicrobatches(for: problem)
    guard problem.microbatchCount >= least else {
      throw .needsMicrobatches(family: title, least: least, found: problem.microbatchCount)
    }
    if splitsBackward, let stage = problem.stages.firstIndex(where: \.hasWholeBackward) {
      throw .needsParts(family: title, stage: Stage.ID(stage))
    }
    if let size = parameters.groupSize {
      guard takesGroupSize else { throw .takesNoGroupSize(family: title) }
      let sizes = groupSizes(for: problem)
      guard sizes.contains(size) else { throw .groupSize(family: title, expected: sizes, found: size) }
    }
    return try writeOrders(for: problem, parameters: parameters).prepared(for: problem)
  }
}

extension Stage {
  /// Whether its backward pass cannot be taken apart.
  fileprivate var hasWholeBackward: Bool { if case .whole = backward { true } else { false } }
}

/// The named families.
public enum Families {
  /// All families, in the order in which they are listed.
  public static let all: [any Family] = [
    GPipe(),
    OneForwardOneBackward(),
    EagerOneForwardOneBackward(),
    ZeroBubbleH1(),
    ZeroBubbleH1Light(),
    ZeroBubbleH2(),
    ZeroBubbleAuto(),
    SequencePieces(),
    Interleaved(),
    InterleavedOverlap(),
    GroupedInterleaved(),
    LoopedBreadthFirst(),
    InterleavedZeroBubble(),
    ZeroBubbleV(),
    ZeroBubbleVAuto(),
    VHalf(),
    VMin(),
    OneForwardOneBackwardV(),
    DualPipeV(),
    Hanayo(),
    Chimera(),
    DualPipe(),
  ]

  /// The family of a name, in capitals or not, with its hyphens or without.
  ///
  /// - Throws: `FamilyError.unknown` naming all families.
  public static func named(_ name: String) throws(FamilyError) -> any Family {
    guard let family = all.first(where: { plain($0.name) == plain(name) }) else { throw .unknown(name) }
    return family
  }

  /// The families of a list with commas between names, or of `all`; each once.
  ///
  /// - Throws: `FamilyError.unknown` naming all families.
  public static func list(_ names: String) throws(FamilyError) -> [any Family] {
    if names == "all" { return all }
    var families: [any Family] = []
    for name in names.split(separator: ",", omittingEmptySubsequences: false) {
      let family = try named(String(name))
      if !families.contains(where: { $0.name == family.name }) { families.append(family) }
    }
    return families
  }

  /// A name as it is compared: papers write ZB-V and ZBV, DualPipe-V and DualPipeV.
  private static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "-" } }
}
