import PipelineModel

extension GanttChart {
  /// The chart as a style asks for it: without what it leaves out, and under its title. O(operations).
  ///
  /// - Throws: `DiagramError.noDevices` where none of the devices is there.
  func dressed(for style: DiagramStyle) throws(DiagramError) -> GanttChart {
    var chart = leavingOut(style.isFolded ? steadyStretch().flatMap(style.showing) : nil)
    if let devices = style.devices { chart.lanes = try Self.lanes(chart.lanes, of: devices) }
    for index in chart.lanes.indices {
      if !style.hasMemory {
        chart.lanes[index].memory = []
        chart.lanes[index].memoryLimit = nil
      }
      if !style.hasNotes { chart.lanes[index].note = "" }
    }
    (chart.title, chart.subtitle) = style.heading(title, subtitle)
    return chart
  }

  /// The lanes of some devices, with those of their streams; each that does not follow the one before it in the whole picture says so.
  static func lanes(_ lanes: [Lane], of devices: DeviceRanges) throws(DiagramError) -> [Lane] {
    var shown: [Lane] = []
    var (isChosen, isBroken) = (false, false)
    for (index, lane) in lanes.enumerated() {
      // Streams stand below the compute stream of their device.
      if !lane.isThin { isChosen = devices.contains(lane.device?.index ?? index) }
      guard isChosen else {
        isBroken = true
        continue
      }
      var lane = lane
      lane.device = lane.device ?? Device.ID(index)
      lane.followsBreak = isBroken && !shown.isEmpty
      isBroken = false
      shown.append(lane)
    }
    guard !shown.isEmpty else { throw .noDevices(devices, count: lanes.count { !$0.isThin }) }
    return shown
  }
}

extension DiagramStyle {
  /// A fold, where the window shows both ends of it.
  func showing(_ fold: TimeFold) -> TimeFold? {
    let isWhole = from ?? -.infinity < fold.range.lowerBound && to ?? .infinity > fold.range.upperBound
    return isWhole ? fold : nil
  }

  /// What stands above a picture with a title and lines of its own.
  func heading(_ title: String, _ subtitle: [String]) -> (title: String, subtitle: [String]) {
    let lines = hasNotes ? subtitle : []
    switch self.title {
    case .own: return (title, lines)
    case .text(let other): return (other, lines)
    case .none: return ("", [])
    }
  }
}
