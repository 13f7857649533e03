/** Octets of a message that the simulator looks at; of a larger one the first lines, with `bytes` for the whole. */
export const simulatedBytesMax = 1_048_576;
