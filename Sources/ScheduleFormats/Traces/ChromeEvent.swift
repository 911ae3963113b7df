import PipelineModel

extension ChromeTrace {
  /// One event, as places in the text: most are dropped before anything else is made of them.
  struct Event {
    var nameRange = 0..<0
    var category = 0..<0
    var process = 0..<0
    var thread = 0..<0
    var phase: UInt8 = 0
    /// In microseconds.
    var start: Double?
    /// In microseconds.
    var duration: Double?
    var arguments: Int?
    /// The number of the name, once it is known.
    var name: Int32 = -1
    var source = Source.host

    init(_ reader: inout JSONReader) throws(FormatError) {
      var event = self
      try reader.readRawMembers(expecting: "an event") { (reader, key) throws(FormatError) in
        switch key.count {
        case 2 where reader.isText("ph", at: key):
          let range = try reader.skipScalar()
          event.phase = range.count == 1 ? reader.bytes[range.lowerBound] : 0
        case 2 where reader.isText("ts", at: key):
          event.start = try Self.microseconds(&reader, "ts")
        case 3 where reader.isText("dur", at: key):
          event.duration = try Self.microseconds(&reader, "dur")
        case 3 where reader.isText("cat", at: key): event.category = try reader.skipScalar()
        case 3 where reader.isText("pid", at: key): event.process = try reader.skipScalar()
        case 3 where reader.isText("tid", at: key): event.thread = try reader.skipScalar()
        case 4 where reader.isText("name", at: key): event.nameRange = try reader.skipScalar()
        case 4 where reader.isText("args", at: key):
          reader.skipBlanks()
          event.arguments = reader.position
          try reader.skipValue()
        default: try reader.skipValue()
        }
      }
      self = event
    }

    private init() {}

    private static func microseconds(
      _ reader: inout JSONReader, _ key: String
    ) throws(FormatError) -> Double {
      reader.skipBlanks()
      let place = reader.position
      do throws(FormatError) {
        let value = try reader.readQuotedNumber(expecting: "a number of microseconds")
        guard key != "dur" || value >= 0 else {
          throw reader.error(.expected("a duration of at least 0", found: value.short), at: place)
        }
        return value
      } catch {
        throw error.within(.name(key))
      }
    }
  }

  /// Who recorded an event.
  enum Source {
    /// The processor, or a trace that tells nobody.
    case host
    /// The accelerator, under the name of a range of the program.
    case deviceRange
    /// The accelerator: a kernel, a copy or a fill.
    case kernel
    /// The processor, which launched a kernel.
    case launch
    /// An operator of the framework, of which there are too many to be anything else.
    case framework

    init(_ category: Range<Int>, _ reader: borrowing JSONReader) {
      if reader.isText("kernel", at: category) || reader.isText("gpu_memcpy", at: category)
        || reader.isText("gpu_memset", at: category)
      {
        self = .kernel
      } else if reader.isText("gpu_user_annotation", at: category) {
        self = .deviceRange
      } else if reader.isText("cuda_runtime", at: category) || reader.isText("cuda_driver", at: category)
        || reader.isText("privateuse1_runtime", at: category) || reader.isText("hip_runtime", at: category)
      {
        self = .launch
      } else if reader.isText("cpu_op", at: category) || reader.isText("python_function", at: category)
        || reader.isText("fwdbwd", at: category) || reader.isText("ac2g", at: category)
      {
        self = .framework
      } else {
        self = .host
      }
    }
  }
}
