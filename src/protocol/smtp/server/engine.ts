/**
 * The server side of SMTP as a pull parser: octets in (`feed`), events out (`next`), answers in (`reply`), and the
 * octets to send collected (`takeOutput`), so that a pipelined chunk is answered with one write.
 *
 * It has no socket, clock or policy and never waits. All input is untrusted. It holds at most one line of
 * `lineBytes` beside what was fed and not yet read; content passes through as views of the fed buffers.
 * RFC 5321, 1870, 2034, 2920, 3030, 3207, 3461, 4954, 6531, 8689, 9422.
 */
import type { AuthStep } from './auth.ts';
import { commandBytesMax, takeAuthLine } from './auth-line.ts';
import { bareLineFeed } from './command-faults.ts';
import { readCommandLine } from './command-line.ts';
import { type CommandStep, commandStep } from './command-step.ts';
import { Conversation } from './conversation.ts';
import { EndOfDataReader } from './end-of-data.ts';
import type { AnsweredEvent, ServerEvent } from './events.ts';
import type { EngineOptions } from './engine-options.ts';
import type { Fault } from './fault.ts';
import { foreignFirstOctet, type Foreign, foreignVerb, garbage, isGarbage } from './foreign-protocol.ts';
import { helloReply } from './hello-reply.ts';
import { skipOverlongLine } from './overlong-line.ts';
import { formatServerReply, type ServerReply } from './reply.ts';
import { Input } from './input.ts';
import {
  type Discarded,
  type Expecting,
  expectingNothing,
  noTransaction,
  type Reading,
  readingCommands,
} from './session-state.ts';

export class ServerEngine {
  readonly #options: EngineOptions;
  readonly #input = new Input();
  readonly #conversation: Conversation;
  #output = '';
  #reading: Reading = readingCommands;
  #expecting: Expecting = expectingNothing;
  // No command of SMTP was read yet, so that anything else may still show the client to be foreign.
  #fresh = true;
  #commands = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#conversation = new Conversation(options, this.#input);
  }

  /** Command lines read so far. */
  get commands(): number {
    return this.#commands;
  }

  /** Octets fed and not yet read. */
  get buffered(): number {
    return this.#input.buffered;
  }

  /** Content is being received: an end of the connection now breaks a transaction off. */
  get inContent(): boolean {
    const { kind } = this.#reading;
    return kind === 'data' || kind === 'chunk' || this.#conversation.transaction.kind === 'chunks';
  }

  /** Gives octets from the client; they belong to the engine from now on. */
  feed(chunk: Buffer): void {
    if (this.#reading.kind === 'ended') return;
    this.#input.feed(chunk);
  }

  /** The next event, or `undefined` when more octets are needed. Throws when the last one was not answered. */
  next(): ServerEvent | undefined {
    if (this.#expecting.kind !== 'nothing') {
      throw new Error(`the event ${this.#expecting.event.kind} was not answered`);
    }
    while (this.#reading.kind !== 'ended') {
      const step = this.#step();
      if (step === 'more') return undefined;
      if (step !== 'again') return step;
    }
    return undefined;
  }

  /** Answers the event given last. */
  reply(reply: ServerReply): void {
    const { event, chunk } = this.#answered();
    const accepted = reply.code < 400;
    if (this.#conversation.answered(event, accepted) === 'end') this.#end();
    if (event.kind === 'content-start' && event.via === 'BDAT' && chunk !== undefined && !accepted) {
      // RFC 3030 2: the octets come anyway, and the reply follows them.
      this.#discard(chunk.bytes, { kind: 'reply', octets: formatServerReply(reply) });
      return;
    }
    this.#output += formatServerReply(reply);
  }

  /** Answers `hello` with 250, and to EHLO with the capabilities. */
  replyHello(greeting: string): void {
    const { event } = this.#answered();
    if (event.kind !== 'hello') throw new Error(`replyHello answers hello, not ${event.kind}`);
    this.#conversation.answered(event, true);
    this.#output += helloReply(event.verb, greeting, this.#options);
  }

  /** Answers `content-start`: the content is wanted. */
  proceed(): void {
    const { event, chunk } = this.#answered();
    if (event.kind !== 'content-start') throw new Error(`proceed answers content-start, not ${event.kind}`);
    if (chunk !== undefined) {
      this.#conversation.transaction = { kind: 'chunks' };
      this.#reading = { kind: 'chunk', bytes: chunk.bytes, remaining: chunk.bytes, last: chunk.last };
      return;
    }
    this.#conversation.transaction = noTransaction;
    this.#reading = { kind: 'data', reader: new EndOfDataReader() };
    this.#output += '354 End data with <CR><LF>.<CR><LF>\r\n';
  }

  /** Adds a reply that answers no event: the greeting, or 421. */
  say(reply: ServerReply): void {
    this.#output += formatServerReply(reply);
  }

  /** Octets collected that `takeOutput` would give. */
  get outputBytes(): number {
    return this.#output.length;
  }

  /** What is to be sent, ASCII; empty when there is nothing. */
  takeOutput(): string {
    const output = this.#output;
    this.#output = '';
    return output;
  }

  #answered(): Extract<Expecting, { kind: 'reply' }> {
    const expecting = this.#expecting;
    if (expecting.kind === 'nothing') throw new Error('there is no event to answer');
    this.#expecting = expectingNothing;
    return expecting;
  }

  #step(): ServerEvent | 'more' | 'again' {
    const reading = this.#reading;
    switch (reading.kind) {
      case 'commands':
        return this.#readCommand();
      case 'data':
        return this.#readData(reading.reader);
      case 'chunk':
        return this.#readChunk(reading);
      case 'discard':
        return this.#readDiscarded(reading);
      case 'overlong-line':
        return this.#readOverlongLine(reading);
      case 'auth':
        return this.#readAuthLine(reading);
      case 'ended':
        return 'more';
    }
  }

  #expect(event: AnsweredEvent, chunk?: { bytes: number; last: boolean }): AnsweredEvent {
    this.#expecting = chunk === undefined ? { kind: 'reply', event } : { kind: 'reply', event, chunk };
    return event;
  }

  #fault(verb: string, fault: Fault): AnsweredEvent {
    return this.#expect({ kind: 'fault', verb, fault });
  }

  #cutOff(foreign: Foreign): ServerEvent {
    this.#end();
    return { kind: 'cut-off', rule: foreign.rule, explanation: foreign.explanation };
  }

  #end(): void {
    this.#reading = { kind: 'ended' };
    this.#input.clear();
  }

  // ---- lines

  #readCommand(): ServerEvent | 'more' | 'again' {
    if (this.#input.buffered === 0) return 'more';
    if (this.#fresh) {
      const foreign = foreignFirstOctet(this.#input.buffer[this.#input.offset]!);
      if (foreign !== undefined) return this.#cutOff(foreign);
    }
    const { lineBytes } = this.#options.limits;
    const line = this.#input.takeLine(commandBytesMax(this.#input, lineBytes));
    if (line === 'more') return 'more';
    if (line === 'overlong') {
      this.#reading = { kind: 'overlong-line', skipped: 0 };
      return 'again';
    }
    this.#commands += 1;
    const command = readCommandLine(this.#input.buffer, line.start, line.end);
    const foreign = this.#fresh && isGarbage(command) ? garbage : foreignVerb(command.verb);
    if (foreign !== undefined) return this.#cutOff(foreign);
    if (line.bare && !this.#options.leniency.bareLineFeeds) return this.#fault('unknown', bareLineFeed);
    return this.#takeStep(commandStep(this.#conversation, command));
  }

  #takeStep(step: CommandStep): ServerEvent | 'again' {
    const isUnknown = step.kind === 'event' && step.event.kind === 'fault' && step.event.verb === 'unknown';
    if (!isUnknown) this.#fresh = false;
    switch (step.kind) {
      case 'event':
        return this.#expect(step.event, step.chunk);
      case 'cut-off':
        return this.#cutOff(step);
      case 'chunk':
        this.#reading = { kind: 'chunk', bytes: step.bytes, remaining: step.bytes, last: step.last };
        return 'again';
      case 'discard':
        this.#discard(step.bytes, { kind: 'fault', fault: step.fault });
        return 'again';
      case 'auth':
        return this.#authStep(step.step);
    }
  }

  #readOverlongLine(reading: Extract<Reading, { kind: 'overlong-line' }>): ServerEvent | 'more' {
    const skipped = skipOverlongLine(this.#input, reading, this.#options.limits.lineBytes);
    if (skipped === 'more') return 'more';
    if ('code' in skipped) {
      this.#reading = readingCommands;
      this.#commands += 1;
      return this.#fault('unknown', skipped);
    }
    return this.#cutOff(skipped);
  }

  #readAuthLine(reading: Extract<Reading, { kind: 'auth' }>): ServerEvent | 'more' | 'again' {
    const step = takeAuthLine(this.#input, reading.exchange, this.#options.leniency);
    if (step === 'more') return 'more';
    this.#reading = step === 'overlong' ? { kind: 'overlong-line', skipped: 0 } : readingCommands;
    return step === 'overlong' ? 'again' : this.#authStep(step);
  }

  #authStep(step: AuthStep): ServerEvent | 'again' {
    switch (step.kind) {
      case 'continue':
        this.#reading = { kind: 'auth', exchange: step.exchange };
        this.#output += `334 ${step.challenge}\r\n`;
        return 'again';
      case 'login': {
        const { mechanism, username, password } = step;
        return this.#expect({ kind: 'auth', mechanism, username, password });
      }
      case 'fault':
        return this.#fault('AUTH', step.fault);
    }
  }

  // ---- content

  #readData(reader: EndOfDataReader): ServerEvent | 'more' {
    const step = reader.read(this.#input.buffer, this.#input.offset);
    if (step.kind === 'content') {
      this.#input.offset = step.next;
      return { kind: 'content', bytes: step.bytes };
    }
    if (step.kind === 'more') {
      this.#input.offset = this.#input.buffer.length;
      return 'more';
    }
    this.#input.offset = step.next;
    this.#reading = readingCommands;
    return this.#expect({ kind: 'content-end' });
  }

  #readChunk(reading: Extract<Reading, { kind: 'chunk' }>): ServerEvent | 'more' {
    if (reading.remaining === 0) {
      this.#reading = readingCommands;
      return this.#expect(
        reading.last ? { kind: 'content-end' } : { kind: 'chunk-end', bytes: reading.bytes },
      );
    }
    if (this.buffered === 0) return 'more';
    const bytes = this.#input.take(reading.remaining);
    reading.remaining -= bytes.length;
    return { kind: 'content', bytes };
  }

  #discard(remaining: number, after: Discarded): void {
    this.#reading = { kind: 'discard', remaining, after };
  }

  #readDiscarded(reading: Extract<Reading, { kind: 'discard' }>): ServerEvent | 'more' | 'again' {
    reading.remaining -= this.#input.take(reading.remaining).length;
    if (reading.remaining > 0) return 'more';
    this.#reading = readingCommands;
    if (reading.after.kind === 'fault') return this.#fault('BDAT', reading.after.fault);
    this.#output += reading.after.octets;
    return 'again';
  }
}
