#if COVERAGE_GUIDED
  import Foundation
  import TestSupport

  /// The fuzzer that LLVM brings along: it keeps and goes on from what reaches new code.
  @_silgen_name("LLVMFuzzerRunDriver")
  private func runLibFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ tryInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
  ) -> Int32

  /// The library of LLVM calls functions that know nothing of their caller.
  private nonisolated(unsafe) var current: Fuzzer?

  /// Replaces LLVM's own changes of bytes by ours.
  @_cdecl("LLVMFuzzerCustomMutator")
  func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ room: Int, _ seed: UInt32) -> Int {
    guard let current else { return size }
    var random = SeededGenerator(seed: UInt64(seed))
    let input = FuzzInput(UnsafeBufferPointer(start: data, count: size))
    let bytes = current.mutate(input, using: &random).bytes.prefix(room)
    _ = UnsafeMutableBufferPointer(start: data, count: room).update(fromContentsOf: bytes)
    return bytes.count
  }

  /// Tries inputs that reach ever more code.
  struct GuidedDriver {
    let fuzzer: Fuzzer
    /// Where the seeds and what was found lie.
    let folder: URL

    /// Ends the program.
    func run(seconds: Int, seed: UInt64) throws {
      let corpus = folder.appendingPathComponent("corpus")
      try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: true)
      for (index, input) in fuzzer.seeds.inputs.enumerated() {
        try Data(input.bytes).write(to: corpus.appendingPathComponent("seed-\(index)"))
      }
      current = fuzzer
      atexit { if let current { print(current.tally.line(of: "guided by coverage")) } }
      let flags = [
        "fuzz", "-max_total_time=\(seconds)", "-seed=\(seed)", "-max_len=40000", "-timeout=20",
        "-mutate_depth=2",
        "-rss_limit_mb=4096", "-print_final_stats=0", "-verbosity=0", "-artifact_prefix=\(folder.path)/",
        corpus.path,
      ]
      var arguments = flags.map { strdup($0) }
      var count = Int32(arguments.count)
      let status = arguments.withUnsafeMutableBufferPointer { buffer -> Int32 in
        guard var base = buffer.baseAddress else { return 1 }
        return runLibFuzzer(&count, &base) { data, size in
          // Only what could be read is gone on from: of the rest, nearly all is refused for the same fault.
          let outcome = current?.run(FuzzInput(UnsafeBufferPointer(start: data, count: size)))
          return outcome == .read ? 0 : -1
        }
      }
      exit(status)
    }
  }
#endif
