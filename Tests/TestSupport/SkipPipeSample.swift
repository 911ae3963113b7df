/// Two origins, two partitions of one node; both microbatches go over node 2, the second one first. Its trainer
/// numbers that one 1 and looks its path up in slot 1 mod 2 of origin 1: under 3.
public enum SkipPipeSample {
  /// The text of the file.
  public static let text = """
    {
      "delays": [
        [0, 0.5, 0.5, 0.5],
        [0.5, 0, 0.5, 0.5],
        [0.5, 0.5, 0, 0.5],
        [0.5, 0.5, 0.5, 0]
      ],
      "memory": 2,
      "partitions": [
        [0, 1],
        [2],
        [3]
      ],
      "ours-sends": 1,
      "non-ca-processing-order": {
        "0": [[0, 0], [0, 4], [0, 7.25]],
        "1": [[3, 0], [3, 3], [3, 5.75]],
        "2": [[3, 1.5], [0, 2.5], [3, 3.75], [0, 5.25]],
        "3": []
      },
      "nonca-expected-time": 8.75,
      "non-ca-mb-per-node": {
        "0": 1,
        "1": 1,
        "2": 0,
        "3": 0
      },
      "non-ca-paths": {
        "0": {"0": 2},
        "3": {"1": 2}
      }
    }

    """
}
