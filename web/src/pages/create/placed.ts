/** Where an environment goes that names no node. */
export const DEFAULT_NODE = "local";
