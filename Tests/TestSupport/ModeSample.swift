/// A schedule whose microbatches run in two modes of one stage, timed by hand.
public enum ModeSample {
  /// F 0 until 10 and its 4 with the host until 13, F 1 until 20, R 1 until 30, B 1 and W 1 until 48, L 0 until 51, B 0 and
  /// W 0 until 69: 66 of work, of which 10 are recomputed, and 3 idle. 8 are held at most, 4 on the host.
  public static let schedule = """
    {
      "pipeloom": "schedule/1",
      "problem": {"pipeloom": "problem/1", "devices": 1, "microbatches": 2, "memoryLimit": 10,
        "host": {"bandwidth": 2, "latency": 1}, "modesPer": "microbatch",
        "stages": [{"forward": 10, "backwardInput": 11, "backwardWeight": 7, "activationForB": 6, "activationForW": 2.4,
          "modes": [{"name": "full", "checkpoint": 1, "recompute": 10}, {"name": "host", "offload": 4}]}]},
      "devices": [
        {"device": 0, "operations": [
          {"op": "F", "stage": 0, "microbatch": 0, "mode": "host"},
          {"op": "F", "stage": 0, "microbatch": 1, "mode": "full"},
          {"op": "R", "stage": 0, "microbatch": 1},
          {"op": "B", "stage": 0, "microbatch": 1},
          {"op": "W", "stage": 0, "microbatch": 1},
          {"op": "L", "stage": 0, "microbatch": 0},
          {"op": "B", "stage": 0, "microbatch": 0},
          {"op": "W", "stage": 0, "microbatch": 0}
        ]}
      ]
    }
    """
}
