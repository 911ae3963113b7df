#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the operating system says of its last failure.
enum SystemError {
  /// The text for `errno`, such as "No such file or directory".
  static var current: String { String(cString: strerror(errno)) }
}
