/**
 * What a runtime may be able to do to a cluster. It declares this before anything starts, a nemesis says which of it it
 * needs, and where it is declared the facet of the node or the method of the network that does it is there.
 */
export type Capability =
  | 'kill'
  | 'upgrade'
  | 'memory'
  | 'cpu'
  | 'pause'
  | 'cut'
  | 'delay'
  | 'reset'
  | 'loss'
  | 'bandwidth'
  | 'reorder'
  | 'duplicate'
  | 'clock'
  | 'power'
  | 'disk-full'
  | 'disk-slow'
  | 'disk-read-only'
  | 'disk-errors'
  | 'disk-damage';
