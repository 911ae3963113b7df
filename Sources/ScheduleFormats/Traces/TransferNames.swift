/// The names by which collectives, sends and copies are told from computation: the only list of them.
enum TransferNames {
  /// What a name in lower case contains, and what such transfers are called; the first that fits counts.
  private static let table: [(fragment: String, title: String)] = [
    ("reducescatter", "ReduceScatter"), ("reduce_scatter", "ReduceScatter"),
    ("allgather", "AllGather"), ("all_gather", "AllGather"),
    ("allreduce", "AllReduce"), ("all_reduce", "AllReduce"),
    ("alltoall", "AllToAll"), ("all_to_all", "AllToAll"),
    ("sendrecv", "SendRecv"), ("send_f", "Send"), ("send_b", "Send"), ("recv_f", "Recv"), ("recv_b", "Recv"),
    ("reduce_grad", "ReduceScatter"), ("unshard", "AllGather"),
    ("memcpy", "Memcpy"),
    // What else the libraries of collectives run; a broadcast in the name of a kernel may be arithmetic.
    ("nccl", "NCCL"), ("rccl", "RCCL"), ("hccl", "HCCL"), ("nvshmem", "NVSHMEM"), ("deep_ep", "DeepEP"),
  ]

  /// What transfers of this name are called; `nil` for any other event.
  static func title(of name: String) -> String? {
    let name = name.lowercased()
    return table.first { name.contains($0.fragment) }?.title
  }
}
