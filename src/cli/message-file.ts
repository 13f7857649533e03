/** A message in a file, as a question of the simulator takes it. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { simulatedBytesMax } from '../../contract/simulated-bytes.ts';
import { CommandFailure, exitCodes } from './failure.ts';

export interface MessageFile {
  readonly base64: string;
  /** Octets of the whole, of which at most `simulatedBytesMax` are in `base64`. */
  readonly bytes: number;
  /** Octets that are in `base64`. */
  readonly judged: number;
  /** Lines end in LF, none of them in CR LF. */
  readonly hasOnlyLineFeeds: boolean;
}

/** `file`: `-` is standard input. `asText`: every line end becomes CR LF. */
export async function readMessage(file: string, asText: boolean): Promise<MessageFile> {
  const read = file === '-' ? buffer(process.stdin) : readFile(file);
  const octets = await read.catch((error: Error) => {
    throw new CommandFailure(exitCodes.configuration, `${file} cannot be read: ${error.message}`, {
      cause: error,
    });
  });
  // One character an octet, so that no charset is guessed.
  const text = octets.toString('latin1');
  const sent = asText ? Buffer.from(text.replaceAll(/\r\n|\r|\n/g, '\r\n'), 'latin1') : octets;
  const judged = wholeLines(sent);
  return {
    base64: judged.toString('base64'),
    bytes: sent.length,
    judged: judged.length,
    hasOnlyLineFeeds: text.includes('\n') && !text.includes('\r\n'),
  };
}

/** The first lines where it is too much: half of a line end would be a fault that is not there. */
function wholeLines(octets: Buffer): Buffer {
  if (octets.length <= simulatedBytesMax) return octets;
  const end = octets.lastIndexOf(0x0a, simulatedBytesMax - 1);
  return octets.subarray(0, end < 0 ? simulatedBytesMax : end + 1);
}
