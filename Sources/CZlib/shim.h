// inflateInit2 is a macro, which Swift does not see.
#ifndef PIPELOOM_CZLIB_SHIM_H
#define PIPELOOM_CZLIB_SHIM_H

#include <zlib.h>

static inline int pipeloom_inflate_init(z_stream *stream) {
  // 16 above the largest window: the header is that of gzip.
  return inflateInit2(stream, 15 + 16);
}

#endif
