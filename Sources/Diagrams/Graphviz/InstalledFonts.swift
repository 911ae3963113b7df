#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Asks fontconfig, which Graphviz's text plugin brings along, whether there is any font.
///
/// Without one Graphviz reports success and draws tiny boxes for letters. Its own interface does not tell, and
/// linking fontconfig would make every build need it.
enum InstalledFonts {
  private typealias GetFonts = @convention(c) (OpaquePointer?, Int32) -> UnsafePointer<Int32>?

  /// Whether fontconfig is in use and has found no font at all.
  static var areMissing: Bool {
    #if canImport(Glibc)
      guard let library = dlopen("libfontconfig.so.1", RTLD_LAZY | RTLD_NOLOAD) else { return false }
      defer { dlclose(library) }
      guard let symbol = dlsym(library, "FcConfigGetFonts") else { return false }
      let getFonts = unsafeBitCast(symbol, to: GetFonts.self)
      // The fonts of the current configuration; their number is the first field of the set.
      guard let fonts = getFonts(nil, 0) else { return true }
      return fonts.pointee <= 0
    #else
      return false
    #endif
  }
}
