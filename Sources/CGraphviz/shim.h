// Graphviz declares its text parameters `char *`, which refuses Swift strings, and its graph kinds as global
// variables, which Swift 6 calls unsafe. These inline functions cure both without copying.
#ifndef PIPELOOM_CGRAPHVIZ_SHIM_H
#define PIPELOOM_CGRAPHVIZ_SHIM_H

#include <graphviz/gvc.h>

static inline Agraph_t *pipeloom_open_graph(const char *name) {
  return agopen((char *)name, Agdirected, NULL);
}

static inline Agnode_t *pipeloom_add_node(Agraph_t *graph, const char *name) {
  return agnode(graph, (char *)name, 1);
}

static inline Agedge_t *pipeloom_add_edge(Agraph_t *graph, Agnode_t *tail, Agnode_t *head) {
  return agedge(graph, tail, head, NULL, 1);
}

static inline Agraph_t *pipeloom_add_subgraph(Agraph_t *graph, const char *name) {
  return agsubg(graph, (char *)name, 1);
}

static inline Agsym_t *pipeloom_declare_attribute(Agraph_t *graph, int kind, const char *name,
                                                  const char *initial) {
  return agattr(graph, kind, (char *)name, (char *)initial);
}

static inline int pipeloom_set_attribute(void *object, Agsym_t *attribute, const char *value) {
  return agxset(object, attribute, (char *)value);
}

#endif
