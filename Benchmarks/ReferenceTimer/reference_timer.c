#include "reference_timer.h"

#include <string.h>

static const double untimed = -1;
static const double first_mark = -2;

// The mark of a waiting device: its number in the last bits of that of device 0.
static double mark_of(int32_t device) {
  uint64_t bits;
  memcpy(&bits, &first_mark, sizeof bits);
  bits += (uint64_t)device;
  double mark;
  memcpy(&mark, &bits, sizeof mark);
  return mark;
}

static int32_t device_of(double mark) {
  uint64_t bits, first;
  memcpy(&bits, &mark, sizeof bits);
  memcpy(&first, &first_mark, sizeof first);
  return (int32_t)(bits - first);
}

static void reset(const reference_timer *timer) {
  for (int64_t index = 0; index < timer->end_count; index++) timer->ends[index] = untimed;
  for (int64_t index = 0; index < timer->origin_count; index++) timer->ends[2 * (int64_t)timer->origins[index]] = 0;
  for (int64_t device = 0; device < timer->device_count; device++) {
    timer->clocks[device] = 0;
    timer->cursors[device] = timer->bounds[device];
    timer->stack[device] = (int32_t)(timer->device_count - 1 - device);
  }
}

bool reference_timer_run(const reference_timer *timer) {
  const reference_row *restrict rows = timer->rows;
  const reference_code *restrict codes = timer->codes;
  const int64_t *restrict bounds = timer->bounds;
  double *restrict ends = timer->ends;
  double *restrict clocks = timer->clocks;
  int64_t *restrict cursors = timer->cursors;
  int32_t *restrict stack = timer->stack;
  reset(timer);
  int64_t top = timer->device_count;
  while (top > 0) {
    const int32_t device = stack[--top];
    const int64_t last = bounds[device + 1];
    int64_t position = cursors[device];
    double clock = clocks[device];
    for (; position < last; position++) {
      const reference_code code = codes[position];
      const reference_row *row = &rows[code.row];
      const int64_t input = code.end + row->offset;
      const double ready = ends[input];
      if (ready < 0) {
        ends[input] = mark_of(device);
        break;
      }
      const double arrival = ready + row->latency;
      clock = (arrival > clock ? arrival : clock) + row->duration;
      if (row->supplies) {
        const double mark = ends[code.end];
        ends[code.end] = clock;
        if (mark < untimed) stack[top++] = device_of(mark);
      }
    }
    cursors[device] = position;
    clocks[device] = clock;
  }
  for (int64_t device = 0; device < timer->device_count; device++) {
    if (cursors[device] != bounds[device + 1]) return false;
  }
  return true;
}
