/// The problem files beside this one, embedded so that a copied program knows them without a resource folder.
package enum PresetTexts {
  /// The name of each problem and the text of its file.
  package static var all: [(name: String, text: [UInt8])] {
    [
      ("zero-bubble-1.5b", PackageResources.zero_bubble_1_5b_yaml),
      ("zero-bubble-6.2b", PackageResources.zero_bubble_6_2b_yaml),
      ("zero-bubble-14.6b", PackageResources.zero_bubble_14_6b_yaml),
      ("uniform-4x8", PackageResources.uniform_4x8_yaml),
      ("uniform-8x24", PackageResources.uniform_8x24_yaml),
      ("uneven-ends-8x24", PackageResources.uneven_ends_8x24_yaml),
    ]
  }
}
