import PipelineModel

extension JSONWriter {
  /// Writes the program of a rank, one instruction a line.
  mutating func program(_ program: RankProgram) {
    raw("{\"rank\": ")
    integer(program.device.rawValue)
    raw(", \"instructions\": ")
    lines(program.instructions, indentation: 4) { $0.instruction($1) }
    raw("}")
  }

  private mutating func instruction(_ instruction: RankProgram.Instruction) {
    switch instruction {
    case .compute(let work, let stream): self.work(work, on: stream)
    case .overlap(let forward, let backward):
      raw("{\"op\": \"OVERLAP\", \"parts\": ")
      list([forward, backward]) { $0.work(.pass($1)) }
      raw("}")
    case .send(let transfer): self.transfer("SEND", transfer, isReceive: false)
    case .receive(let transfer): self.transfer("RECV", transfer, isReceive: true)
    case .copy(let copy): visit(copy.word, of: copy.stage, copy.microbatch)
    case .wait(let copy): visit("WAIT", for: copy.word, of: copy.stage, copy.microbatch)
    case .hold(let wait): hold(wait)
    case .local(let step): visit(step.kind.rawValue, of: step.stage, step.microbatch)
    }
  }

  private mutating func work(_ work: ProgramWork, on stream: String? = nil) {
    raw("{\"op\": ")
    named(work)
    self.stream(stream)
    raw("}")
  }

  private mutating func hold(_ wait: StreamWait) {
    raw("{\"op\": \"WAIT\", \"for\": ")
    named(wait.work)
    stream(wait.stream)
    ahead(wait.isAhead)
    raw("}")
  }

  /// What is run, and the keys that tell it from other work of its kind.
  private mutating func named(_ work: ProgramWork) {
    func number(_ name: StaticString, _ value: Int?) {
      guard let value else { return }
      raw(", \"")
      raw(name)
      raw("\": ")
      integer(value)
    }
    switch work {
    case .pass(let operation, let phase):
      string(operation.kind.symbol)
      number("stage", operation.stage.index)
      number("microbatch", operation.microbatch.index)
      number("phase", phase)
    case .task(let name, let copy, let piece):
      raw("\"TASK\", \"task\": ")
      string(name)
      number("copy", copy)
      number("piece", piece)
    case .message(let pass, let receiver):
      named(.pass(pass))
      number("to", receiver.index)
    }
  }

  private mutating func stream(_ name: String?) {
    guard let name else { return }
    raw(", \"stream\": ")
    string(name)
  }

  private mutating func ahead(_ isAhead: Bool) { if isAhead { raw(", \"ahead\": true") } }

  /// An instruction about a stage, mostly of one microbatch, and what it waits for, where it waits.
  private mutating func visit(
    _ word: String, for awaited: String? = nil, of stage: Stage.ID, _ microbatch: Microbatch.ID?
  ) {
    raw("{\"op\": ")
    string(word)
    if let awaited {
      raw(", \"for\": ")
      string(awaited)
    }
    raw(", \"stage\": ")
    integer(stage.rawValue)
    if let microbatch {
      raw(", \"microbatch\": ")
      integer(microbatch.rawValue)
    }
    raw("}")
  }

  private mutating func transfer(_ word: String, _ transfer: Transfer, isReceive: Bool) {
    raw("{\"op\": ")
    string(word)
    raw(", \"payload\": ")
    string(transfer.content.name)
    let peer = isReceive ? transfer.source : transfer.destination
    switch transfer.content {
    case .output(_, let passage), .named(_, let passage):
      let stages = [passage.source, passage.destination]
      raw(", \"stage\": ")
      integer(stages[isReceive ? 1 : 0].rawValue)
      raw(", \"microbatch\": ")
      integer(passage.microbatch.rawValue)
      raw(", \"peer\": ")
      integer(peer.rawValue)
      raw(", \"peerStage\": ")
      integer(stages[isReceive ? 0 : 1].rawValue)
    case .result(let result):
      raw(", \"from\": ")
      work(result.producer)
      raw(", \"to\": ")
      work(result.consumer)
      ahead(result.isAhead)
      raw(", \"peer\": ")
      integer(peer.rawValue)
    }
    raw(", \"pair\": ")
    integer(transfer.pair)
    raw("}")
  }
}

extension HostCopy {
  /// The instruction that launches it: the words of PyTorch's `ao::offload` and `ao::reload`.
  fileprivate var word: String { way.rawValue.uppercased() }
}
