/// What one operation waits for that the iteration before hands over: arcs of distance 1 of the operation graph.
///
/// When the last of it has arrived is kept at a place among the ends. In an iteration by itself it has always arrived, and
/// no makespan knows of it; a period is the least in which all that is handed over comes in time.
package struct Handover: Sendable {
  /// What is waited for.
  package struct Input: Sendable {
    /// Where its end is kept.
    package let place: Int32
    /// From then until it has arrived, in grid steps.
    package let latency: Double
  }

  /// Where the moment is kept at which all has arrived.
  package let place: Int32
  /// What is waited for; never empty.
  package let inputs: [Input]
}
