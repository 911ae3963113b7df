import ArgumentParser
import PipelineModel
import ScheduleStudies

/// A link on the command line: `2-3`.
struct LinkArgument: ExpressibleByArgument {
  let one: Device.ID
  let other: Device.ID

  init?(argument: String) {
    let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map {
      DeviceArgument(argument: String($0))
    }
    guard ends.count == 2, let one = ends[0], let other = ends[1] else { return nil }
    (self.one, self.other) = (one.device, other.device)
  }
}

/// A device on the command line: `5`.
struct DeviceArgument: ExpressibleByArgument {
  let device: Device.ID

  init?(argument: String) {
    guard argument.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
      let number = Int32(argument)
    else { return nil }
    device = Device.ID(rawValue: number)
  }
}

/// A device or a link with a number: `4=0.8`, `2-3=8`.
struct AssignedArgument<Place: ExpressibleByArgument>: ExpressibleByArgument {
  let place: Place
  let number: Double

  init?(argument: String) {
    let parts = argument.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let place = Place(argument: parts[0]),
      let number = Magnitude(argument: parts[1])
    else { return nil }
    self.place = place
    self.number = number.value
  }
}

/// What broke, on the command line.
struct BreakageFlags: ParsableArguments {
  @Option(help: ArgumentHelp("A device that is gone. May be given again.", valueName: "device"))
  var lostDevice: [DeviceArgument] = []

  @Option(
    help: ArgumentHelp(
      "Two devices between which nothing gets through. May be given again.", valueName: "a-b"))
  var lostLink: [LinkArgument] = []

  @Option(
    help: ArgumentHelp(
      "A device and how fast it is now, as a factor above 0. May be given again.", valueName: "device=factor")
  )
  var slowDevice: [AssignedArgument<DeviceArgument>] = []

  @Option(
    help: ArgumentHelp(
      "Two devices and what the latency between them is now. May be given again.", valueName: "a-b=latency"))
  var slowLink: [AssignedArgument<LinkArgument>] = []

  func validate() throws {
    guard !breakages.isEmpty else {
      throw ValidationError(
        "expected --lost-device, --lost-link, --slow-device or --slow-link, found none")
    }
    if let stopped = slowDevice.first(where: { $0.number == 0 }) {
      throw ValidationError(
        "--slow-device: expected a factor above 0, found 0; --lost-device \(stopped.place.device) is a device that is gone"
      )
    }
  }

  /// All of it, what is lost first.
  var breakages: [Breakage] {
    lostDevice.map { .lostDevice($0.device) } + lostLink.map { .lostLink($0.one, $0.other) }
      + slowDevice.map { .slowDevice($0.place.device, factor: $0.number) }
      + slowLink.map { .slowLink($0.place.one, $0.place.other, latency: $0.number) }
  }
}
