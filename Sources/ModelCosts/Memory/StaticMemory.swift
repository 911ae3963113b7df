/// What one device holds of a layer all the time.
struct StaticMemory {
  /// The parameters that the device holds and that all copies of the pipeline have.
  let parameters: Double
  /// The parameters of its experts, which those copies share that do not share experts.
  let expertParameters: Double
  private let setup: TrainingSetup

  /// Counts what a device holds of a transformer layer.
  init(_ layer: LayerShape, hidden: Double, _ setup: TrainingSetup) {
    let tensor = Double(setup.tensor)
    let matrices = layer.attention.matrices + layer.feedForward.commonMatrices
    var parameters = matrices.reduce(0) { $0 + $1.parameters(tensor: tensor) }
    parameters += layer.attention.normParameters + layer.normParameters(hidden: hidden)
    var expertParameters = 0.0
    if let experts = layer.feedForward.experts {
      parameters += experts.correction
      expertParameters =
        experts.count / Double(setup.expert)
        * experts.expert.matrices.reduce(0) { $0 + $1.parameters(tensor: tensor) }
    }
    self.init(parameters, experts: expertParameters, setup)
  }

  /// Takes numbers that are counted already.
  init(_ parameters: Double, experts expertParameters: Double = 0, _ setup: TrainingSetup) {
    (self.parameters, self.expertParameters, self.setup) = (parameters, expertParameters, setup)
  }

  /// All of them.
  var total: Double { parameters + expertParameters }

  /// The bytes of all.
  var bytes: Double {
    let copies = Double(setup.data) * Double(setup.context)
    return parameters * setup.optimizer.bytesPerParameter(setup.precision, copies: copies)
      + expertParameters
      * setup.optimizer.bytesPerParameter(setup.precision, copies: copies / Double(setup.expert))
  }

  /// The formula of the bytes, with its numbers.
  var formula: String {
    let dense = "\(parameters.formulaText) x \(setup.optimizer.formula(setup.precision, copies: "dp"))"
    guard expertParameters > 0 else { return dense }
    return dense
      + " + \(expertParameters.formulaText) x \(setup.optimizer.formula(setup.precision, copies: "(dp/ep)"))"
  }
}
