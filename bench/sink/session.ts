/**
 * One receiving connection of the sink: takes every message by DATA or BDAT, counts it and forgets it.
 * It does as little as a correct SMTP server can (RFC 5321, 2920, 3030), so that it does not limit what is measured.
 */
import type { Socket } from 'node:net';

export interface SinkCounter {
  /** A whole message with this many octets of content (dot-stuffed, where it came by DATA). */
  message(bytes: number): void;
}

const ehlo =
  '250-sink.fabrikam.example\r\n250-SIZE 157286400\r\n250-PIPELINING\r\n250-DSN\r\n' +
  '250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-BINARYMIME\r\n250-CHUNKING\r\n250 SMTPUTF8\r\n';
const endOfData = Buffer.from('\r\n.\r\n');
const crlf = Buffer.from('\r\n');
/** Octets of one command line; a longer one ends the connection. */
const lineBytesMax = 4096;

type Mode =
  | { readonly kind: 'commands' }
  | { readonly kind: 'data' }
  | { readonly kind: 'chunk'; left: number; readonly last: boolean };

/** Speaks SMTP on `socket` until it is closed. */
export function serveSink(socket: Socket, counter: SinkCounter): void {
  const session = new SinkSession(socket, counter);
  socket.on('data', (chunk: Buffer) => session.read(chunk));
  socket.on('error', () => socket.destroy());
  socket.write('220 sink.fabrikam.example ESMTP\r\n');
}

class SinkSession {
  readonly #socket: Socket;
  readonly #counter: SinkCounter;
  #mode: Mode = { kind: 'commands' };
  #held: Buffer = Buffer.alloc(0);
  #bytes = 0;
  #recipients = 0;
  #out = '';

  constructor(socket: Socket, counter: SinkCounter) {
    this.#socket = socket;
    this.#counter = counter;
  }

  read(chunk: Buffer): void {
    let bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    let before = -1;
    // Each step takes octets away; when one takes none it waits for more.
    while (bytes.length > 0 && bytes.length !== before) {
      before = bytes.length;
      bytes = this.#step(bytes);
    }
    this.#held = bytes;
    // One write for all replies to what came together (RFC 2920 3.2).
    if (this.#out !== '') this.#socket.write(this.#out);
    this.#out = '';
  }

  #step(bytes: Buffer): Buffer {
    switch (this.#mode.kind) {
      case 'commands':
        return this.#line(bytes);
      case 'data':
        return this.#data(bytes);
      case 'chunk':
        return this.#chunk(bytes, this.#mode);
      default:
        return this.#mode satisfies never;
    }
  }

  #line(bytes: Buffer): Buffer {
    const end = bytes.indexOf(crlf);
    if (end === -1) {
      if (bytes.length > lineBytesMax) this.#socket.destroy();
      return bytes;
    }
    this.#command(bytes.toString('latin1', 0, end));
    return bytes.subarray(end + 2);
  }

  #command(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    switch (verb) {
      case 'EHLO':
        this.#out += ehlo;
        break;
      case 'HELO':
        this.#out += '250 sink.fabrikam.example\r\n';
        break;
      case 'MAIL':
        this.#reset();
        this.#out += '250 2.1.0 Sender OK\r\n';
        break;
      case 'RCPT':
        this.#recipients += 1;
        this.#out += '250 2.1.5 Recipient OK\r\n';
        break;
      case 'DATA':
        this.#beginData();
        break;
      case 'BDAT':
        this.#beginChunk(line);
        break;
      case 'RSET':
        this.#reset();
        this.#out += '250 2.0.0 Resetting\r\n';
        break;
      case 'NOOP':
        this.#out += '250 2.0.0 OK\r\n';
        break;
      case 'QUIT':
        this.#socket.end(`${this.#out}221 2.0.0 Service closing transmission channel\r\n`);
        this.#out = '';
        break;
      default:
        this.#out += '500 5.3.3 Unrecognized command\r\n';
    }
  }

  #beginData(): void {
    if (this.#recipients === 0) {
      this.#out += '503 5.5.2 Need rcpt command\r\n';
      return;
    }
    this.#out += '354 Start mail input; end with <CRLF>.<CRLF>\r\n';
    this.#mode = { kind: 'data' };
    this.#bytes = 0;
  }

  #data(bytes: Buffer): Buffer {
    // A dot on the first line ends an empty content: the CR LF before it is that of the DATA command.
    if (this.#bytes === 0 && bytes.length >= 3 && bytes.subarray(0, 3).equals(endOfData.subarray(2))) {
      this.#finish(0);
      return bytes.subarray(3);
    }
    const end = bytes.indexOf(endOfData);
    if (end !== -1) {
      this.#finish(end + 2);
      return bytes.subarray(end + endOfData.length);
    }
    // The last four octets may be the beginning of the end.
    const keep = Math.min(4, bytes.length);
    this.#bytes += bytes.length - keep;
    return bytes.subarray(bytes.length - keep);
  }

  #beginChunk(line: string): void {
    const match = /^BDAT (\d{1,12})( LAST)?$/i.exec(line);
    if (!match || this.#recipients === 0) {
      // Where the octets end is not known, or they are for nobody: give up.
      this.#socket.end(`${this.#out}503 5.5.1 Bad sequence of commands\r\n`);
      this.#out = '';
      return;
    }
    this.#mode = { kind: 'chunk', left: Number(match[1]), last: match[2] !== undefined };
    if (this.#mode.left === 0) this.#endChunk(this.#mode.last);
  }

  #chunk(bytes: Buffer, mode: { left: number; readonly last: boolean }): Buffer {
    const taken = Math.min(mode.left, bytes.length);
    mode.left -= taken;
    this.#bytes += taken;
    if (mode.left === 0) this.#endChunk(mode.last);
    return bytes.subarray(taken);
  }

  #endChunk(last: boolean): void {
    if (last) {
      this.#finish(0);
      return;
    }
    this.#mode = { kind: 'commands' };
    this.#out += '250 2.6.0 CHUNK received OK\r\n';
  }

  #finish(bytes: number): void {
    this.#counter.message(this.#bytes + bytes);
    this.#mode = { kind: 'commands' };
    this.#reset();
    this.#out += '250 2.6.0 Queued mail for delivery\r\n';
  }

  #reset(): void {
    this.#bytes = 0;
    this.#recipients = 0;
  }
}
