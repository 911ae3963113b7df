/// Other durations and latencies for a problem, under which all of its orders can be timed.
///
/// It speaks of the places and links of the problem's `PassTable`.
package struct Scenario: Sendable {
  /// A duration that was recorded, in place of the problem's own.
  package struct Recording: Hashable, Sendable {
    /// Of the pass.
    package var place: Int
    /// In grid steps, factors not counted.
    package var duration: Double

    /// Records a duration.
    package init(place: Int, duration: Double) {
      self.place = place
      self.duration = duration
    }
  }

  /// Other latencies of a link.
  package struct LinkChange: Hashable, Sendable {
    /// The number of the link.
    package var link: Int
    /// How much later than in the problem the output of a producer arrives, in grid steps: from the first device to the
    /// second, and back.
    package var delays: SIMD2<Double>

    /// Changes a link.
    package init(link: Int, delays: SIMD2<Double>) {
      self.link = link
      self.delays = delays
    }
  }

  /// The factors on the durations of all passes, place by place.
  package var factors: [Double]
  /// The recorded durations.
  package var recordings: [Recording] = []
  /// The links that are not as the problem has them, each once.
  package var links: [LinkChange] = []

  /// Begins with a problem's own durations and latencies.
  package init(placeCount: Int) { factors = Array(repeating: 1, count: placeCount) }
}
