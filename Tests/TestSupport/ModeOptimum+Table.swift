extension ModeOptimum {
  // problem: id, placement, microbatches, latency, limit of each device, bandwidth and latency of the hosts; stage and
  // mode: figures under the keys of problem files; target: what the value is the least makespan of, the value, whether
  // it is proved, per stage the mode of each microbatch; order: the operations of a device, with stage and microbatch.
  static let table = """
    problem recompute-01 sequential 3 2 10,12 -
    stage forward=5 backwardInput=6 backwardWeight=3 activationForB=6 activationForW=2 static=2
    mode name=full recompute=5 checkpoint=1
    stage forward=4 backwardInput=5 backwardWeight=3 activationForB=7 activationForW=2 static=3
    mode name=full recompute=4 checkpoint=1
    target plainOnly 75 optimal 000/000
    order F0.0 B0.0 F0.1 W0.0 B0.1 F0.2 W0.1 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2
    target uniform 60 optimal 111/111
    order F0.0 F0.1 F0.2 R0.0 B0.0 W0.0 R0.1 B0.1 W0.1 R0.2 B0.2 W0.2
    order F1.0 R1.0 B1.0 F1.1 R1.1 B1.1 W1.0 F1.2 R1.2 B1.2 W1.1 W1.2
    target perStage 57 optimal 111/000
    order F0.0 R0.0 F0.1 F0.2 B0.0 W0.0 R0.1 B0.1 R0.2 W0.1 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2
    target perMicrobatch 55 optimal 011/000
    order F0.0 F0.1 F0.2 B0.0 W0.0 R0.1 B0.1 R0.2 W0.1 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2
    problem recompute-03 sequential 3 0 7,8,7 -
    stage forward=4 backwardInput=4 backwardWeight=2 activationForB=6 activationForW=2 static=0
    mode name=full recompute=4 checkpoint=1
    stage forward=3 backwardInput=4 backwardWeight=3 activationForB=4 activationForW=2 static=3
    mode name=full recompute=3 checkpoint=1
    stage forward=6 backwardInput=8 backwardWeight=3 activationForB=4 activationForW=2 static=2
    mode name=full recompute=6 checkpoint=1
    target plainOnly 93 optimal 000/000/000
    order F0.0 B0.0 W0.0 F0.1 B0.1 W0.1 F0.2 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2
    target uniform 83 optimal 111/111/111
    order F0.0 R0.0 F0.1 B0.0 W0.0 R0.1 F0.2 B0.1 W0.1 R0.2 B0.2 W0.2
    order F1.0 F1.1 R1.0 B1.0 W1.0 R1.1 F1.2 B1.1 W1.1 R1.2 B1.2 W1.2
    order F2.0 R2.0 B2.0 W2.0 F2.1 R2.1 B2.1 W2.1 F2.2 R2.2 B2.2 W2.2
    target perStage 65 optimal 111/111/000
    order F0.0 F0.1 R0.0 B0.0 W0.0 F0.2 R0.1 B0.1 W0.1 R0.2 B0.2 W0.2
    order F1.0 F1.1 R1.0 B1.0 W1.0 R1.1 F1.2 B1.1 W1.1 R1.2 B1.2 W1.2
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2
    target perMicrobatch 65 optimal 111/011/000
    order F0.0 R0.0 F0.1 B0.0 F0.2 W0.0 R0.1 B0.1 W0.1 R0.2 B0.2 W0.2
    order F1.0 F1.1 B1.0 W1.0 R1.1 F1.2 B1.1 W1.1 R1.2 B1.2 W1.2
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2
    problem recompute-05 sequential 5 0 11,9 -
    stage forward=5 backwardInput=6 backwardWeight=3 activationForB=7 activationForW=3 static=2
    mode name=folded backwardInput=11 checkpoint=1 activationForB=7
    stage forward=6 backwardInput=8 backwardWeight=6 activationForB=7 activationForW=3 static=0
    mode name=folded backwardInput=14 checkpoint=1 activationForB=5
    target plainOnly 140 optimal 00000/00000
    order F0.0 B0.0 W0.0 F0.1 B0.1 W0.1 F0.2 B0.2 W0.2 F0.3 B0.3 W0.3 F0.4 B0.4 W0.4
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3 F1.4 B1.4 W1.4
    target uniform 137 optimal 11111/11111
    order F0.0 F0.1 F0.2 B0.0 W0.0 F0.3 B0.1 W0.1 F0.4 B0.2 W0.2 B0.3 W0.3 B0.4 W0.4
    order F1.0 B1.0 F1.1 B1.1 W1.0 W1.1 F1.2 B1.2 F1.3 B1.3 W1.2 F1.4 B1.4 W1.3 W1.4
    target perStage 113 optimal 11111/00000
    order F0.0 F0.1 F0.2 B0.0 W0.0 F0.3 B0.1 W0.1 F0.4 B0.2 W0.2 B0.3 W0.3 B0.4 W0.4
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3 F1.4 B1.4 W1.4
    target perMicrobatch 113 optimal 11111/00010
    order F0.0 F0.1 F0.2 B0.0 W0.0 F0.3 B0.2 W0.2 F0.4 B0.1 W0.1 B0.4 W0.4 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.2 B1.2 W1.2 F1.1 B1.1 W1.1 F1.3 F1.4 B1.4 B1.3 W1.4 W1.3
    problem recompute-07 sequential 4 1 6,6,12,11 -
    stage forward=7 backwardInput=8 backwardWeight=4 activationForB=5 activationForW=2 static=0
    mode name=folded backwardInput=15 checkpoint=1 activationForB=4
    stage forward=9 backwardInput=11 backwardWeight=9 activationForB=4 activationForW=2 static=1
    mode name=folded backwardInput=20 checkpoint=1 activationForB=2
    stage forward=3 backwardInput=3 backwardWeight=2 activationForB=8 activationForW=3 static=2
    mode name=folded backwardInput=6 checkpoint=1 activationForB=7
    stage forward=8 backwardInput=9 backwardWeight=7 activationForB=7 activationForW=3 static=2
    mode name=folded backwardInput=17 checkpoint=1 activationForB=6
    target plainOnly 272 optimal 0000/0000/0000/0000
    order F0.0 B0.0 W0.0 F0.1 B0.1 W0.1 F0.2 B0.2 W0.2 F0.3 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    order F3.0 B3.0 W3.0 F3.1 B3.1 W3.1 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3
    target uniform 191 optimal 1111/1111/1111/1111
    order F0.0 F0.1 F0.2 B0.0 F0.3 W0.0 B0.1 W0.1 B0.2 W0.2 B0.3 W0.3
    order F1.0 F1.1 F1.2 B1.0 W1.0 B1.1 F1.3 B1.2 W1.1 W1.2 B1.3 W1.3
    order F2.0 F2.1 F2.2 B2.0 W2.0 B2.1 W2.1 B2.2 W2.2 F2.3 B2.3 W2.3
    order F3.0 B3.0 F3.1 B3.1 W3.0 F3.2 B3.2 W3.1 W3.2 F3.3 B3.3 W3.3
    target perStage 171 optimal 1111/1111/0000/0000
    order F0.0 F0.1 F0.2 B0.0 W0.0 F0.3 B0.1 W0.1 B0.2 W0.2 B0.3 W0.3
    order F1.0 F1.1 F1.2 B1.0 W1.0 B1.1 F1.3 W1.1 B1.2 B1.3 W1.2 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    order F3.0 B3.0 W3.0 F3.1 B3.1 W3.1 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3
    target perMicrobatch 171 optimal 1111/0111/0000/0000
    order F0.0 F0.1 F0.2 B0.0 W0.0 F0.3 B0.2 W0.2 B0.1 W0.1 B0.3 W0.3
    order F1.0 F1.2 B1.0 W1.0 F1.1 B1.2 F1.3 B1.1 W1.2 B1.3 W1.1 W1.3
    order F2.0 B2.0 W2.0 F2.2 B2.2 W2.2 F2.1 B2.1 W2.1 F2.3 B2.3 W2.3
    order F3.0 B3.0 W3.0 F3.2 B3.2 W3.2 F3.1 B3.1 W3.1 F3.3 B3.3 W3.3
    problem recompute-09 sequential 4 2 8,10 -
    stage forward=9 backwardInput=11 backwardWeight=5 activationForB=5 activationForW=2 static=0
    mode name=selective backwardInput=14 activationForB=5 checkpoint=2
    mode name=full recompute=9 checkpoint=1
    stage forward=7 backwardInput=7 backwardWeight=6 activationForB=6 activationForW=2 static=0
    mode name=selective backwardInput=9 activationForB=6 checkpoint=3
    mode name=full recompute=7 checkpoint=1
    target plainOnly 157 optimal 0000/0000
    order F0.0 B0.0 F0.1 W0.0 B0.1 F0.2 W0.1 B0.2 F0.3 W0.2 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    target uniform 123 optimal 1111/1111
    order F0.0 F0.1 B0.0 W0.0 F0.2 B0.1 F0.3 W0.1 B0.2 W0.2 B0.3 W0.3
    order F1.0 B1.0 F1.1 B1.1 W1.0 W1.1 F1.2 B1.2 F1.3 B1.3 W1.2 W1.3
    target perStage 121 optimal 1111/0000
    order F0.0 F0.1 B0.0 F0.2 W0.0 B0.1 W0.1 F0.3 B0.2 W0.2 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    target perMicrobatch 115 optimal 0211/0000
    order F0.0 F0.1 F0.2 B0.0 W0.0 R0.1 B0.1 W0.1 F0.3 B0.2 W0.2 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 F1.2 B1.2 W1.2 W1.1 F1.3 B1.3 W1.3
    problem recompute-11 sequential 4 0 9,6,12,9 -
    stage forward=6 backwardInput=6 backwardWeight=4 activationForB=5 activationForW=2 static=1
    mode name=full recompute=6 checkpoint=1
    stage forward=4 backwardInput=4 backwardWeight=4 activationForB=4 activationForW=1 static=0
    mode name=full recompute=4 checkpoint=1
    stage forward=3 backwardInput=3 backwardWeight=3 activationForB=7 activationForW=3 static=2
    mode name=full recompute=3 checkpoint=1
    stage forward=3 backwardInput=4 backwardWeight=2 activationForB=5 activationForW=2 static=1
    mode name=full recompute=3 checkpoint=1
    target plainOnly 136 optimal 0000/0000/0000/0000
    order F0.0 B0.0 F0.1 W0.0 B0.1 F0.2 W0.1 B0.2 F0.3 W0.2 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    order F3.0 B3.0 W3.0 F3.1 B3.1 W3.1 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3
    target uniform 88 optimal 1111/1111/1111/1111
    order F0.0 F0.1 F0.2 R0.0 F0.3 B0.0 W0.0 R0.1 B0.1 W0.1 R0.2 B0.2 W0.2 R0.3 B0.3 W0.3
    order F1.0 R1.0 F1.1 F1.2 B1.0 R1.1 W1.0 B1.1 R1.2 F1.3 W1.1 B1.2 W1.2 R1.3 B1.3 W1.3
    order F2.0 R2.0 F2.1 B2.0 R2.1 W2.0 F2.2 B2.1 W2.1 R2.2 B2.2 F2.3 R2.3 W2.2 B2.3 W2.3
    order F3.0 R3.0 B3.0 W3.0 F3.1 R3.1 B3.1 W3.1 F3.2 R3.2 B3.2 W3.2 F3.3 R3.3 B3.3 W3.3
    target perStage 88 optimal 1111/1111/0000/0000
    order F0.0 R0.0 F0.1 F0.2 F0.3 B0.0 W0.0 R0.1 B0.1 W0.1 R0.2 B0.2 W0.2 R0.3 B0.3 W0.3
    order F1.0 R1.0 F1.1 B1.0 W1.0 R1.1 F1.2 B1.1 W1.1 F1.3 R1.2 B1.2 R1.3 W1.2 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 F2.2 W2.1 B2.2 F2.3 W2.2 B2.3 W2.3
    order F3.0 B3.0 W3.0 F3.1 B3.1 W3.1 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3
    target perMicrobatch 85 optimal 0111/0011/0000/0000
    order F0.0 F0.1 F0.2 F0.3 B0.0 W0.0 R0.2 B0.2 R0.3 W0.2 B0.3 R0.1 W0.3 B0.1 W0.1
    order F1.0 F1.2 B1.0 R1.2 F1.3 B1.2 R1.3 W1.0 B1.3 F1.1 W1.3 W1.2 B1.1 W1.1
    order F2.0 B2.0 F2.2 W2.0 B2.2 F2.3 W2.2 B2.3 W2.3 F2.1 B2.1 W2.1
    order F3.0 B3.0 W3.0 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3 F3.1 B3.1 W3.1
    problem recompute-13 v 3 0 19,20 -
    stage forward=4 backwardInput=4 backwardWeight=3 activationForB=7 activationForW=3 static=2
    mode name=full recompute=4 checkpoint=1
    stage forward=5 backwardInput=6 backwardWeight=3 activationForB=6 activationForW=3 static=3
    mode name=full recompute=5 checkpoint=1
    stage forward=3 backwardInput=3 backwardWeight=2 activationForB=6 activationForW=3 static=1
    mode name=full recompute=3 checkpoint=1
    stage forward=4 backwardInput=4 backwardWeight=2 activationForB=5 activationForW=2 static=1
    mode name=full recompute=4 checkpoint=1
    target plainOnly,uniform 90 optimal 000/000/000/000
    order F0.0 F3.0 B3.0 F0.1 W3.0 B0.0 W0.0 F3.1 B3.1 F0.2 W3.1 B0.1 W0.1 F3.2 B3.2 W3.2 B0.2 W0.2
    order F1.0 F2.0 B2.0 B1.0 W2.0 F1.1 F2.1 W1.0 B2.1 B1.1 W2.1 F1.2 F2.2 W1.1 B2.2 B1.2 W2.2 W1.2
    target perStage 84 optimal 111/000/111/000
    order F0.0 R0.0 F0.1 F3.0 B3.0 W3.0 F0.2 F3.1 B3.1 W3.1 R0.1 B0.0 W0.0 F3.2 B3.2 R0.2 W3.2 B0.1 W0.1 \
    B0.2 W0.2
    order F1.0 F2.0 R2.0 B2.0 W2.0 F1.1 F2.1 B1.0 R2.1 B2.1 W2.1 F1.2 F2.2 B1.1 W1.0 R2.2 B2.2 B1.2 W2.2 \
    W1.1 W1.2
    target perMicrobatch 80 optimal 111/011/000/000
    order F0.0 F0.1 F0.2 F3.0 B3.0 R0.1 W3.0 F3.1 B3.1 W3.1 R0.0 B0.0 W0.0 F3.2 B3.2 R0.2 B0.1 W3.2 W0.1 \
    B0.2 W0.2
    order F1.0 F2.0 F1.2 F1.1 B2.0 W2.0 F2.1 B1.0 R1.1 B2.1 W1.0 F2.2 B1.1 W2.1 R1.2 B2.2 B1.2 W1.1 W2.2 \
    W1.2
    problem recompute-15 sequential 4 0 8,11 -
    stage forward=5 backwardInput=6 backwardWeight=5 activationForB=4 activationForW=2 static=0
    mode name=selective backwardInput=7 activationForB=4 checkpoint=1
    mode name=folded backwardInput=11 checkpoint=1 activationForB=3
    stage forward=5 backwardInput=6 backwardWeight=3 activationForB=4 activationForW=2 static=3
    mode name=selective backwardInput=7 activationForB=4 checkpoint=1
    mode name=folded backwardInput=11 checkpoint=1 activationForB=4
    target plainOnly 70 optimal 0000/0000
    order F0.0 F0.1 B0.0 W0.0 F0.2 B0.1 W0.1 F0.3 B0.2 W0.2 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    target uniform 68 optimal 1111/1111
    order F0.0 F0.1 F0.2 F0.3 B0.0 W0.0 B0.1 W0.1 B0.2 W0.2 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 F1.2 B1.2 F1.3 B1.3 W1.1 W1.2 W1.3
    target perStage 68 optimal 1111/0000
    order F0.0 F0.1 F0.2 F0.3 B0.0 W0.0 B0.1 W0.1 B0.2 W0.2 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 F1.2 B1.2 F1.3 W1.1 B1.3 W1.2 W1.3
    target perMicrobatch 67 optimal 0111/1100
    order F0.0 F0.1 F0.2 F0.3 B0.0 W0.0 B0.3 W0.3 B0.1 W0.1 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.3 B1.3 F1.1 B1.1 F1.2 B1.2 W1.3 W1.1 W1.2
    problem recompute-17 sequential 6 0 9,14,12,8 -
    stage forward=3 backwardInput=4 backwardWeight=2 activationForB=5 activationForW=2 static=2
    mode name=folded backwardInput=7 checkpoint=1 activationForB=5
    stage forward=9 backwardInput=10 backwardWeight=6 activationForB=8 activationForW=3 static=3
    mode name=folded backwardInput=19 checkpoint=1 activationForB=6
    stage forward=4 backwardInput=4 backwardWeight=2 activationForB=7 activationForW=3 static=2
    mode name=folded backwardInput=8 checkpoint=1 activationForB=5
    stage forward=6 backwardInput=5 backwardWeight=3 activationForB=6 activationForW=3 static=0
    mode name=folded backwardInput=11 checkpoint=1 activationForB=6
    target plainOnly 272 optimal 000000/000000/000000/000000
    order F0.0 B0.0 F0.1 W0.0 B0.1 F0.2 W0.1 B0.2 F0.3 W0.2 B0.3 F0.4 W0.3 B0.4 F0.5 W0.4 B0.5 W0.5
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3 F1.4 B1.4 W1.4 F1.5 B1.5 W1.5
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3 F2.4 B2.4 W2.4 F2.5 B2.5 W2.5
    order F3.0 B3.0 W3.0 F3.1 B3.1 W3.1 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3 F3.4 B3.4 W3.4 F3.5 B3.5 W3.5
    target uniform 218 optimal 111111/111111/111111/111111
    order F0.0 F0.1 F0.2 B0.0 F0.3 W0.0 B0.1 W0.1 F0.4 B0.2 F0.5 W0.2 B0.3 W0.3 B0.4 W0.4 B0.5 W0.5
    order F1.0 F1.1 F1.2 B1.0 W1.0 B1.1 B1.2 F1.3 F1.4 W1.1 F1.5 W1.2 B1.3 B1.4 W1.3 B1.5 W1.4 W1.5
    order F2.0 F2.1 B2.0 F2.2 W2.0 B2.1 W2.1 B2.2 W2.2 F2.3 F2.4 B2.3 F2.5 W2.3 B2.4 W2.4 B2.5 W2.5
    order F3.0 B3.0 W3.0 F3.1 B3.1 W3.1 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3 F3.4 B3.4 W3.4 F3.5 B3.5 W3.5
    target perStage 208 optimal 111111/111111/000000/000000
    order F0.0 F0.1 F0.2 B0.0 W0.0 F0.3 B0.1 F0.4 W0.1 B0.2 W0.2 F0.5 B0.3 W0.3 B0.4 W0.4 B0.5 W0.5
    order F1.0 F1.1 F1.2 B1.0 B1.1 W1.0 B1.2 F1.3 W1.1 F1.4 W1.2 B1.3 F1.5 B1.4 W1.3 B1.5 W1.4 W1.5
    order F2.0 B2.0 F2.1 W2.0 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3 F2.4 B2.4 W2.4 F2.5 B2.5 W2.5
    order F3.0 B3.0 W3.0 F3.1 B3.1 W3.1 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3 F3.4 B3.4 W3.4 F3.5 B3.5 W3.5
    target perMicrobatch 192 open 111111/011011/010001/000000
    order F0.0 F0.1 F0.2 B0.0 F0.3 W0.0 B0.1 W0.1 F0.4 B0.2 F0.5 W0.2 B0.4 W0.4 B0.3 B0.5 W0.3 W0.5
    order F1.0 F1.1 F1.2 B1.0 W1.0 B1.1 W1.1 B1.2 F1.3 W1.2 F1.4 F1.5 B1.3 W1.3 B1.4 B1.5 W1.4 W1.5
    order F2.0 F2.1 B2.0 W2.0 B2.1 F2.2 W2.1 B2.2 W2.2 F2.3 B2.3 F2.4 W2.3 F2.5 B2.4 W2.4 B2.5 W2.5
    order F3.0 B3.0 W3.0 F3.1 B3.1 W3.1 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3 F3.4 B3.4 W3.4 F3.5 B3.5 W3.5
    problem recompute-19 sequential 5 2 11,9,14,12,12 -
    stage forward=8 backwardInput=10 backwardWeight=7 activationForB=7 activationForW=2 static=1
    mode name=folded backwardInput=18 checkpoint=1 activationForB=5
    stage forward=9 backwardInput=11 backwardWeight=7 activationForB=4 activationForW=2 static=3
    mode name=folded backwardInput=20 checkpoint=1 activationForB=3
    stage forward=5 backwardInput=5 backwardWeight=4 activationForB=8 activationForW=3 static=2
    mode name=folded backwardInput=10 checkpoint=1 activationForB=6
    stage forward=8 backwardInput=8 backwardWeight=7 activationForB=6 activationForW=2 static=3
    mode name=folded backwardInput=16 checkpoint=1 activationForB=5
    stage forward=3 backwardInput=3 backwardWeight=2 activationForB=8 activationForW=4 static=0
    mode name=folded backwardInput=6 checkpoint=1 activationForB=6
    target plainOnly 437 optimal 00000/00000/00000/00000/00000
    order F0.0 B0.0 F0.1 W0.0 B0.1 F0.2 W0.1 B0.2 F0.3 W0.2 B0.3 F0.4 W0.3 B0.4 W0.4
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3 F1.4 B1.4 W1.4
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3 F2.4 B2.4 W2.4
    order F3.0 B3.0 W3.0 F3.1 B3.1 W3.1 F3.2 B3.2 W3.2 F3.3 B3.3 W3.3 F3.4 B3.4 W3.4
    order F4.0 B4.0 W4.0 F4.1 B4.1 W4.1 F4.2 B4.2 W4.2 F4.3 B4.3 W4.3 F4.4 B4.4 W4.4
    target uniform 239 optimal 11111/11111/11111/11111/11111
    order F0.0 F0.1 F0.2 F0.3 F0.4 B0.0 W0.0 B0.1 W0.1 B0.2 W0.2 B0.3 W0.3 B0.4 W0.4
    order F1.0 F1.1 F1.2 F1.3 B1.0 W1.0 F1.4 B1.1 W1.1 B1.2 B1.3 W1.2 B1.4 W1.3 W1.4
    order F2.0 F2.1 F2.2 F2.3 B2.0 W2.0 B2.1 W2.1 F2.4 B2.2 W2.2 B2.3 W2.3 B2.4 W2.4
    order F3.0 F3.1 B3.0 B3.1 W3.0 F3.2 W3.1 F3.3 B3.2 F3.4 B3.3 B3.4 W3.2 W3.3 W3.4
    order F4.0 B4.0 F4.1 W4.0 B4.1 W4.1 F4.2 B4.2 W4.2 F4.3 B4.3 W4.3 F4.4 B4.4 W4.4
    target perStage 228 optimal 11111/11111/11111/00000/00000
    order F0.0 F0.1 F0.2 F0.3 F0.4 B0.0 W0.0 B0.1 W0.1 B0.2 W0.2 B0.3 W0.3 B0.4 W0.4
    order F1.0 F1.1 F1.2 F1.3 B1.0 F1.4 W1.0 B1.1 W1.1 B1.2 B1.3 W1.2 B1.4 W1.3 W1.4
    order F2.0 F2.1 F2.2 F2.3 B2.0 W2.0 B2.1 F2.4 W2.1 B2.2 W2.2 B2.3 W2.3 B2.4 W2.4
    order F3.0 B3.0 W3.0 F3.1 B3.1 F3.2 W3.1 B3.2 F3.3 W3.2 B3.3 F3.4 W3.3 B3.4 W3.4
    order F4.0 B4.0 W4.0 F4.1 B4.1 W4.1 F4.2 B4.2 W4.2 F4.3 B4.3 W4.3 F4.4 B4.4 W4.4
    target perMicrobatch 223 optimal 11111/11111/00111/00001/00000
    order F0.0 F0.1 F0.2 F0.3 F0.4 B0.0 W0.0 B0.3 W0.3 B0.2 W0.2 B0.4 W0.4 B0.1 W0.1
    order F1.0 F1.2 F1.3 F1.4 B1.0 W1.0 F1.1 B1.3 W1.3 B1.2 B1.4 W1.2 B1.1 W1.4 W1.1
    order F2.0 F2.2 F2.3 B2.0 W2.0 F2.4 B2.3 W2.3 B2.2 W2.2 B2.4 F2.1 W2.4 B2.1 W2.1
    order F3.0 B3.0 F3.3 W3.0 B3.3 F3.2 F3.4 B3.2 B3.4 W3.2 W3.3 F3.1 W3.4 B3.1 W3.1
    order F4.0 B4.0 W4.0 F4.3 B4.3 W4.3 F4.2 B4.2 W4.2 F4.4 B4.4 W4.4 F4.1 B4.1 W4.1
    problem offload-01 sequential 3 2 12,12 1,0
    stage forward=5 backwardInput=5 backwardWeight=3 activationForB=8 activationForW=3 static=1
    mode name=offload offload=6
    stage forward=7 backwardInput=8 backwardWeight=5 activationForB=8 activationForW=4 static=1
    mode name=offload offload=6
    target plainOnly,uniform 90 optimal 000/000
    order F0.0 B0.0 F0.1 W0.0 B0.1 F0.2 W0.1 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2
    target perStage,perMicrobatch 72 optimal 111/000
    order F0.0 F0.1 L0.0 B0.0 W0.0 F0.2 L0.1 B0.1 L0.2 W0.1 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2
    problem offload-03 sequential 4 0 8,11,9 2,0
    stage forward=5 backwardInput=5 backwardWeight=5 activationForB=5 activationForW=2 static=2
    mode name=offload offload=4
    stage forward=3 backwardInput=3 backwardWeight=2 activationForB=8 activationForW=3 static=1
    mode name=offload offload=6
    stage forward=9 backwardInput=9 backwardWeight=9 activationForB=6 activationForW=3 static=1
    mode name=offload offload=4
    target plainOnly 156 optimal 0000/0000/0000
    order F0.0 B0.0 W0.0 F0.1 B0.1 W0.1 F0.2 B0.2 W0.2 F0.3 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    target uniform 136 optimal 1111/1111/1111
    order F0.0 F0.1 L0.0 B0.0 W0.0 F0.2 L0.1 B0.1 W0.1 F0.3 L0.2 B0.2 W0.2 L0.3 B0.3 W0.3
    order F1.0 L1.0 B1.0 W1.0 F1.1 F1.2 L1.1 B1.1 W1.1 L1.2 B1.2 W1.2 F1.3 L1.3 B1.3 W1.3
    order F2.0 L2.0 B2.0 W2.0 F2.1 L2.1 B2.1 W2.1 F2.2 L2.2 B2.2 W2.2 F2.3 L2.3 B2.3 W2.3
    target perStage,perMicrobatch 120 optimal 1111/0000/0000
    order F0.0 F0.1 L0.0 B0.0 W0.0 F0.2 L0.1 B0.1 W0.1 F0.3 L0.2 B0.2 W0.2 L0.3 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    problem offload-05 sequential 3 1 8,10,11 3,1
    stage forward=3 backwardInput=3 backwardWeight=2 activationForB=7 activationForW=3 static=0
    mode name=offload offload=3
    stage forward=8 backwardInput=8 backwardWeight=8 activationForB=7 activationForW=3 static=2
    mode name=offload offload=6
    stage forward=7 backwardInput=9 backwardWeight=6 activationForB=7 activationForW=3 static=3
    mode name=offload offload=3
    target plainOnly,uniform 134 optimal 000/000/000
    order F0.0 B0.0 W0.0 F0.1 B0.1 W0.1 F0.2 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2
    target perStage 134 optimal 111/000/000
    order F0.0 L0.0 B0.0 W0.0 F0.1 L0.1 B0.1 W0.1 F0.2 L0.2 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2
    target perMicrobatch 134 optimal 011/000/000
    order F0.0 B0.0 W0.0 F0.1 L0.1 B0.1 W0.1 F0.2 L0.2 B0.2 W0.2
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2
    problem offload-07 sequential 4 0 11,9,13 2,0
    stage forward=7 backwardInput=8 backwardWeight=5 activationForB=8 activationForW=3 static=0
    mode name=half offload=4
    mode name=offload offload=6
    stage forward=3 backwardInput=3 backwardWeight=2 activationForB=4 activationForW=1 static=3
    mode name=half offload=2
    mode name=offload offload=2
    stage forward=9 backwardInput=12 backwardWeight=8 activationForB=7 activationForW=2 static=3
    mode name=half offload=2
    mode name=offload offload=4
    target plainOnly 173 optimal 0000/0000/0000
    order F0.0 B0.0 F0.1 W0.0 B0.1 F0.2 W0.1 B0.2 F0.3 W0.2 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    target uniform 138 optimal 2222/2222/2222
    order F0.0 F0.1 L0.0 B0.0 W0.0 F0.2 L0.1 B0.1 W0.1 F0.3 L0.2 B0.2 L0.3 W0.2 B0.3 W0.3
    order F1.0 F1.1 L1.0 B1.0 W1.0 F1.2 L1.1 B1.1 W1.1 F1.3 L1.2 B1.2 W1.2 L1.3 B1.3 W1.3
    order F2.0 L2.0 B2.0 F2.1 W2.0 L2.1 B2.1 F2.2 W2.1 L2.2 B2.2 F2.3 L2.3 B2.3 W2.2 W2.3
    target perStage 126 optimal 2222/1111/0000
    order F0.0 F0.1 L0.0 B0.0 W0.0 F0.2 L0.1 B0.1 W0.1 F0.3 L0.2 B0.2 L0.3 W0.2 B0.3 W0.3
    order F1.0 F1.1 L1.0 B1.0 W1.0 L1.1 B1.1 W1.1 F1.2 L1.2 B1.2 F1.3 W1.2 L1.3 B1.3 W1.3
    order F2.0 B2.0 F2.1 B2.1 W2.0 F2.2 B2.2 W2.1 F2.3 B2.3 W2.2 W2.3
    target perMicrobatch 126 optimal 2222/1202/0000
    order F0.0 F0.1 L0.0 B0.0 W0.0 F0.2 L0.1 B0.1 W0.1 F0.3 L0.2 B0.2 L0.3 W0.2 B0.3 W0.3
    order F1.0 F1.1 L1.0 B1.0 W1.0 L1.1 B1.1 F1.2 W1.1 B1.2 F1.3 L1.3 W1.2 B1.3 W1.3
    order F2.0 B2.0 F2.1 B2.1 W2.0 F2.2 B2.2 W2.1 F2.3 B2.3 W2.2 W2.3
    problem offload-09 v 3 2 18,17 2,0
    stage forward=8 backwardInput=8 backwardWeight=5 activationForB=5 activationForW=2 static=3
    mode name=offload offload=4
    stage forward=3 backwardInput=3 backwardWeight=2 activationForB=5 activationForW=2 static=0
    mode name=offload offload=2
    stage forward=7 backwardInput=6 backwardWeight=7 activationForB=6 activationForW=2 static=3
    mode name=offload offload=4
    stage forward=9 backwardInput=10 backwardWeight=6 activationForB=5 activationForW=2 static=2
    mode name=offload offload=4
    target plainOnly 157 optimal 000/000/000/000
    order F0.0 F3.0 B3.0 F0.1 W3.0 B0.0 W0.0 F3.1 B3.1 F0.2 W3.1 B0.1 F3.2 B3.2 W0.1 W3.2 B0.2 W0.2
    order F1.0 F2.0 B2.0 B1.0 W1.0 F1.1 F2.1 W2.0 B2.1 B1.1 W1.1 F1.2 F2.2 W2.1 B2.2 B1.2 W2.2 W1.2
    target uniform 143 open 111/111/111/111
    order F0.0 F0.1 F0.2 F3.0 F3.1 L3.0 L3.1 B3.0 B3.1 L0.0 W3.0 L0.1 B0.0 W0.0 B0.1 F3.2 L3.2 W0.1 B3.2 \
    W3.1 L0.2 W3.2 B0.2 W0.2
    order F1.0 F2.0 F1.1 F2.1 L2.0 B2.0 L1.0 B1.0 L2.1 W1.0 L1.1 B2.1 F1.2 B1.1 W1.1 F2.2 W2.0 W2.1 L1.2 \
    L2.2 B2.2 B1.2 W1.2 W2.2
    target perStage 138 optimal 111/111/111/000
    order F0.0 F0.1 F0.2 F3.0 B3.0 F3.1 B3.1 W3.0 L0.0 W3.1 L0.1 B0.0 B0.1 F3.2 B3.2 W0.0 W0.1 L0.2 W3.2 \
    B0.2 W0.2
    order F1.0 F2.0 F1.1 F2.1 L2.0 B2.0 W2.0 L1.0 L2.1 B1.0 B2.1 W1.0 L1.1 F1.2 B1.1 F2.2 W2.1 L1.2 L2.2 \
    W1.1 B2.2 B1.2 W2.2 W1.2
    target perMicrobatch 138 optimal 111/101/101/000
    order F0.0 F0.1 F0.2 F3.0 B3.0 F3.2 B3.2 W3.0 L0.0 L0.2 W3.2 B0.0 B0.2 F3.1 B3.1 W0.0 W3.1 L0.1 W0.2 \
    B0.1 W0.1
    order F1.0 F2.0 F1.2 F2.2 L2.0 B2.0 L1.0 L1.2 B1.0 W1.0 L2.2 W2.0 B2.2 B1.2 W1.2 F1.1 F2.1 W2.2 B2.1 \
    B1.1 W2.1 W1.1
    problem offload-11 sequential 4 2 7,6 1,0
    stage forward=6 backwardInput=6 backwardWeight=4 activationForB=5 activationForW=2 static=1
    mode name=full recompute=6 checkpoint=1
    mode name=offload offload=4
    stage forward=5 backwardInput=5 backwardWeight=3 activationForB=5 activationForW=2 static=0
    mode name=full recompute=5 checkpoint=1
    mode name=offload offload=3
    target plainOnly 120 optimal 0000/0000
    order F0.0 B0.0 W0.0 F0.1 B0.1 W0.1 F0.2 B0.2 W0.2 F0.3 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    target uniform 95 optimal 1111/1111
    order F0.0 F0.1 R0.0 B0.0 W0.0 F0.2 R0.1 B0.1 F0.3 W0.1 R0.2 B0.2 W0.2 R0.3 B0.3 W0.3
    order F1.0 R1.0 B1.0 W1.0 F1.1 R1.1 B1.1 W1.1 F1.2 R1.2 B1.2 W1.2 F1.3 R1.3 B1.3 W1.3
    target perStage 90 optimal 1111/0000
    order F0.0 F0.1 R0.0 B0.0 W0.0 R0.1 B0.1 F0.2 W0.1 R0.2 F0.3 B0.2 W0.2 R0.3 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    target perMicrobatch 86 optimal 1211/0010
    order F0.0 F0.1 R0.0 B0.0 W0.0 L0.1 F0.2 B0.1 W0.1 R0.2 F0.3 B0.2 W0.2 R0.3 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 R1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    problem offload-13 sequential 4 1 11,6,7 1,0
    stage forward=8 backwardInput=8 backwardWeight=6 activationForB=7 activationForW=3 static=2
    mode name=folded backwardInput=16 checkpoint=1 activationForB=5
    mode name=half offload=3
    stage forward=6 backwardInput=8 backwardWeight=6 activationForB=4 activationForW=2 static=1
    mode name=folded backwardInput=14 checkpoint=1 activationForB=4
    mode name=half offload=2
    stage forward=4 backwardInput=5 backwardWeight=4 activationForB=5 activationForW=2 static=1
    mode name=folded backwardInput=9 checkpoint=1 activationForB=5
    mode name=half offload=2
    target plainOnly 196 optimal 0000/0000/0000
    order F0.0 B0.0 W0.0 F0.1 B0.1 W0.1 F0.2 B0.2 W0.2 F0.3 B0.3 W0.3
    order F1.0 B1.0 W1.0 F1.1 B1.1 W1.1 F1.2 B1.2 W1.2 F1.3 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    target uniform 141 optimal 1111/1111/1111
    order F0.0 F0.1 F0.2 F0.3 B0.0 W0.0 B0.1 W0.1 B0.2 W0.2 B0.3 W0.3
    order F1.0 F1.1 B1.0 F1.2 W1.0 B1.1 F1.3 W1.1 B1.2 W1.2 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    target perStage 137 optimal 1111/1111/0000
    order F0.0 F0.1 F0.2 F0.3 B0.0 W0.0 B0.1 W0.1 B0.2 W0.2 B0.3 W0.3
    order F1.0 F1.1 B1.0 F1.2 W1.0 B1.1 W1.1 F1.3 B1.2 W1.2 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    target perMicrobatch 130 optimal 1111/0101/0000
    order F0.0 F0.1 F0.2 F0.3 B0.0 W0.0 B0.1 W0.1 B0.2 W0.2 B0.3 W0.3
    order F1.0 F1.1 B1.0 W1.0 B1.1 W1.1 F1.2 F1.3 B1.2 W1.2 B1.3 W1.3
    order F2.0 B2.0 W2.0 F2.1 B2.1 W2.1 F2.2 B2.2 W2.2 F2.3 B2.3 W2.3
    """
}
