import PipelineModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reading from and writing to a file descriptor.
enum Descriptor {
  /// Reads what comes next; 0 at the end, and below 0 on failure, when `errno` says why.
  static func read(_ descriptor: Int32, into block: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = systemRead(descriptor, block.baseAddress, block.count)
      if count >= 0 || errno != EINTR { return count }
    }
  }

  /// Writes all bytes; tells whether all arrived. On failure `errno` says why.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = systemWrite(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        done += count
      }
      return true
    }
  }
}

// By names of their own: the functions of `Descriptor` would hide them.
private let systemRead = read
private let systemWrite = write

/// Standard output, whose failures are not lost.
enum StandardOutput {
  /// Writes a file as it is.
  ///
  /// - Throws: `Failure` when the output is full or its reader has gone.
  static func write(_ bytes: [UInt8]) throws(Failure) {
    guard Descriptor.write(bytes, to: STDOUT_FILENO) else {
      throw Failure(.inputOutput, "standard output: \(SystemError.current)")
    }
  }

  /// Writes a report.
  ///
  /// - Throws: `Failure` when the output is full or its reader has gone.
  static func write(_ text: TerminalText) throws(Failure) { try write(Array(text.string.utf8)) }
}

/// Standard error; there is nowhere to report its failures.
enum StandardError {
  /// Writes what can be written.
  static func write(_ text: TerminalText) {
    _ = Descriptor.write(Array(text.string.utf8), to: STDERR_FILENO)
  }

  /// Writes one line, signed by the program and cut where it is long.
  static func writeLine(_ message: String) {
    write("pipeloom: \(message.abridged(to: longestMessage))\n")
  }

  /// How many characters a message may have.
  private static let longestMessage = 1000
}
