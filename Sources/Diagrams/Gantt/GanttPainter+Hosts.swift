import PipelineModel
import Timeline

/// The lanes of hosts, thin ones under those of their devices: to the host above, from the host below.
extension GanttPainter {
  mutating func paintTransfers() {
    let isBare = bars.count > Self.mostBoxes
    for (index, transfers) in bars.transfers.enumerated() where !transfers.isEmpty {
      let lane = hostFrame(index)
      add(lane, fill: Palette.lane)
      for way in [HostTransfer.Way.offload, .reload] {
        let channel = transfers.filter { $0.way == way }
        if isBare {
          paintBare(channel, way.channel(of: lane), palette.transfer(way))
        } else {
          paintBoxes(channel, way.channel(of: lane), at: layout.lanes[index])
        }
      }
    }
  }

  private func hostFrame(_ index: Int) -> Drawing.Rectangle {
    var frame = laneFrame(index)
    frame.top = layout.underLane(index)
    frame.bottom = frame.top + layout.hostHeight
    return frame
  }

  private mutating func paintBoxes(
    _ transfers: [HostTransfer], _ channel: Drawing.Rectangle, at place: GanttLayout.LanePlace
  ) {
    let hasTooltips = bars.count <= Self.mostTooltips
    for transfer in transfers {
      let frame = frame(of: transfer, in: channel)
      // Transfers that follow each other without a break stay apart by the lane's own colour.
      let stroke = Drawing.Stroke(Palette.lane, width: frame.width >= 2 ? 0.3 : 0)
      drawing.boxes.append(
        Drawing.Box(
          frame, fill: palette.transfer(transfer.way), stroke: stroke,
          id: place.id(transfer.way.rawValue, transfer.operation),
          classes: "transfer \(transfer.way.rawValue)" + place.classes(of: transfer.operation),
          tooltip: hasTooltips ? tooltip(of: transfer) : nil))
    }
  }

  private mutating func paintBare(_ transfers: [HostTransfer], _ channel: Drawing.Rectangle, _ paint: Paint) {
    // All of a channel have one colour: the kind and the tint are any.
    var columns = ColumnMerger(left: layout.left, right: layout.right, tintCount: 1)
    for transfer in transfers {
      let frame = frame(of: transfer, in: channel)
      if frame.width >= Self.narrowestRectangle {
        add(frame, fill: paint)
      } else {
        columns.add(.reload, Tint(0, of: 1), from: frame.left, to: frame.right)
      }
    }
    for run in columns.runs {
      var frame = channel
      (frame.left, frame.right) = (run.left, run.right)
      add(frame, fill: paint)
    }
  }

  private func frame(of transfer: HostTransfer, in channel: Drawing.Rectangle) -> Drawing.Rectangle {
    var frame = channel
    frame.left = layout.x(transfer.start)
    frame.right = layout.x(transfer.end)
    return frame
  }

  private func tooltip(of transfer: HostTransfer) -> String {
    let operation = transfer.operation
    func with(_ unit: String) -> String { unit.isEmpty ? "" : " " + unit }
    return "\(transfer.way.rawValue) stage \(operation.stage) microbatch \(operation.microbatch): "
      + "\(transfer.memory.short)\(with(chart.memoryUnit)), \(transfer.start.short) to "
      + "\(transfer.end.short)\(with(chart.timeUnit))"
  }
}

extension GanttChart {
  /// Whether any device has a host's lane.
  var hasTransfers: Bool { lanes.contains { !$0.transfers.isEmpty } }
}

extension HostTransfer.Way {
  /// The half of a host's lane in which it is drawn.
  func channel(of lane: Drawing.Rectangle) -> Drawing.Rectangle {
    var channel = lane
    let middle = (lane.top + lane.bottom) / 2
    switch self {
    case .offload: channel.bottom = middle
    case .reload: channel.top = middle
    }
    return channel
  }
}
