/// One slice of the global batch.
public struct Microbatch: Hashable, Sendable {
  /// The microbatch's position in the batch.
  @frozen
  public struct ID: TypedIndex {
    /// The zero-based position.
    public let rawValue: Int32
    /// Wraps a zero-based position.
    @inlinable
    public init(rawValue: Int32) { self.rawValue = rawValue }
  }

  /// The factor on every duration of this microbatch; 1 for an ordinary one. Memory is not scaled.
  public var scale: Double
  /// The device its route has to start on, where the user said so.
  public var origin: Device.ID?
  /// A label for reports, where the user gave one.
  public var name: String?

  /// Describes a microbatch.
  public init(scale: Double = 1, name: String? = nil, origin: Device.ID? = nil) {
    self.scale = scale
    self.origin = origin
    self.name = name
  }
}
