// The timing algorithm of Sources/Timeline/TimingKernel.swift in plain C: same data, same order of work. It is
// the yardstick that the Swift kernel is measured against, and no part of the program.
#ifndef REFERENCE_TIMER_H
#define REFERENCE_TIMER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  double latency;
  double duration;
  int32_t offset;
  bool supplies;
} reference_row;

typedef struct {
  int32_t end;
  int32_t row;
} reference_code;

typedef struct {
  const reference_row *rows;
  const reference_code *codes;
  const int64_t *bounds;   // device_count + 1 entries
  const int32_t *origins;  // origin slots, origin_count entries
  double *ends;            // end_count entries, scratch
  double *clocks;          // device_count entries, result
  int64_t *cursors;        // device_count entries, scratch
  int32_t *stack;          // device_count entries, scratch
  int64_t end_count;
  int64_t origin_count;
  int64_t device_count;
} reference_timer;

// Times all orders; false when they can never run.
bool reference_timer_run(const reference_timer *timer);

#endif
