package refclient

// ReadRoots is Roots without its memory.
var ReadRoots = readRoots
