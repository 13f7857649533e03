/**
 * The decision about one message once its header section is known: refused, or with which head it goes on.
 * Pure; time, names and policy are arguments. Order: what is wrong with the section itself, loops, the judgement
 * of From on what the client sent, then rewrites and repairs.
 */
import type { Instant } from '../platform/clock.ts';
import type { Envelope } from '../message/envelope.ts';
import type { HeaderFacts } from '../message/content-facts.ts';
import { headerFacts } from '../message/content-facts.ts';
import type { HeadEdits, TraceEntry } from '../message/message.ts';
import { FieldError, formatField } from '../protocol/mail/field-writer.ts';
import {
  HeaderSection,
  headerFieldsMax,
  lacksHeader,
  parseHeaderSection,
} from '../protocol/mail/header-section.ts';
import { countHops, formatReceived } from '../protocol/mail/received-field.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { Transaction } from './acceptance.ts';
import { HeaderChanges } from './header-changes.ts';
import type { JudgedFrom } from './header-from.ts';
import { decideFrom } from './header-from.ts';
import type { BodyEvidence } from './header-repairs.ts';
import { foldLongFields, isSigned, mimeFields, repairIdentification } from './header-repairs.ts';
import { brokenRewrite, ownLoop, tooManyFields, tooManyHops } from './refusals.ts';
import { rewriteEnvelope, rewriteFields, rewriteFrom } from './rewrites.ts';

/** Received fields at which a message is taken to run in circles; RFC 5321 6.3 asks for a large number, 100 at most. */
export const hopsMax = 25;

export interface HeadInput {
  readonly transaction: Transaction;
  /** With the CRLF of its last field, without the empty line. */
  readonly section: Buffer;
  /** A line of the section is longer than 998 octets. */
  readonly hasLongLine: boolean;
  readonly at: Instant;
  readonly hostname: string;
}

export interface Head {
  readonly kind: 'head';
  /** After rewrites. */
  readonly envelope: Envelope;
  readonly facts: HeaderFacts;
  /** As it came; empty where the content has no header section. */
  readonly header: HeaderSection;
  /** What was said of the header From that came. */
  readonly from: JudgedFrom;
  /** Octets that go before the empty line, written when the body is known as far as needed. */
  write(body: BodyEvidence): readonly Buffer[];
  /** About how many octets that will be. */
  readonly bytesMax: number;
  /** The head depends on the body: wait for as much of it as fits into memory. */
  readonly needsBody: boolean;
  /** The content began without a header: all of it is body, and an empty line goes before. */
  readonly isHeadless: boolean;
  /** Lines of the body beyond 998 octets are to be broken. */
  readonly breakLines: boolean;
  /** What was changed, complete once `write` was called. */
  readonly trace: readonly TraceEntry[];
  /** The way back to the section that came, known once `write` was called. */
  edits(): HeadEdits | undefined;
}

export function decideHead(input: HeadInput): Head | Refusal {
  const parsed = parseHeaderSection(input.section);
  if (parsed.kind === 'too-many-fields') return tooManyFields(headerFieldsMax);
  const isHeadless = lacksHeader(parsed.header);
  const header = isHeadless ? new HeaderSection(Buffer.alloc(0), '', []) : parsed.header;
  const hops = countHops(header, input.hostname);
  if (hops.ours) return ownLoop(input.hostname);
  if (hops.count >= hopsMax) return tooManyHops(hops.count);
  try {
    return decideChanges(input, header, isHeadless);
  } catch (error) {
    // The policy's own texts did not pass the guarded writer; the client is not to blame.
    if (error instanceof FieldError) return brokenRewrite(error.message);
    throw error;
  }
}

function decideChanges(input: HeadInput, header: HeaderSection, isHeadless: boolean): Head | Refusal {
  const { transaction, at } = input;
  const { source } = transaction;
  const changes = new HeaderChanges(header, at);
  const envelope = rewriteEnvelope(source, transaction.envelope, changes);
  const from = decideFrom(header, source, envelope.reversePath);
  if (from.kind !== 'keep' && from.kind !== 'add') return from;
  if (from.kind === 'add') {
    changes.removeAll('from');
    changes.add('From', `<${from.address.text}>`);
    changes.note('missing-from', `From was added: ${from.address.text}, the envelope sender`);
  } else if (from.remark !== undefined) changes.remark('header-from', from.remark);
  rewriteFrom(source, changes);
  const messageId = repairIdentification(source, changes, {
    at,
    id: transaction.id,
    hostname: input.hostname,
  });
  rewriteFields(source, changes);
  if (isHeadless) changes.note('trace', 'the content has no header section; an empty line was put before it');
  const breakLines = decideLongLines(input, header, changes);
  const facts = headerFacts(header);
  let edits: HeadEdits | undefined;
  return {
    kind: 'head',
    envelope,
    facts: messageId === undefined ? facts : { ...facts, messageId },
    header,
    from: from.judged,
    bytesMax: input.section.length + roomForChanges(changes),
    needsBody: source.repairs.has('missing-mime') && lacksMime(header),
    isHeadless,
    breakLines,
    trace: changes.trace,
    edits: () => edits,
    write(body) {
      const top = topOf(input, changes, body);
      edits = changes.edits(top);
      return changes.pieces(top);
    },
  };
}

function lacksMime(header: HeaderSection): boolean {
  return !(
    header.has('mime-version') &&
    header.has('content-type') &&
    header.has('content-transfer-encoding')
  );
}

/** The Received field and what else goes on top, rounded up. */
function roomForChanges(changes: HeaderChanges): number {
  return 4096 + changes.aboveBytes;
}

function decideLongLines(input: HeadInput, header: HeaderSection, changes: HeaderChanges): boolean {
  const { source, envelope } = input.transaction;
  if (!source.repairs.has('overlong-lines') || envelope.body === 'binarymime') return false;
  if (isSigned(header)) {
    if (input.hasLongLine) changes.remark('overlong-lines', 'long lines were left: the message is signed');
    return false;
  }
  if (input.hasLongLine) foldLongFields(changes);
  return true;
}

/** The Received field; what repairs that need the body add goes below it. */
function topOf(input: HeadInput, changes: HeaderChanges, body: BodyEvidence): readonly Buffer[] {
  const { transaction } = input;
  const { client, source } = transaction;
  if (source.repairs.has('missing-mime')) {
    for (const [name, value] of mimeFields(changes.header, body)) {
      changes.add(name, value);
      changes.note('missing-mime', `${name}: ${value} was added`);
    }
  }
  const [recipient] = transaction.envelope.recipients;
  const received = formatReceived({
    helo: client.helo,
    address: client.address,
    hostname: input.hostname,
    protocol: transaction.protocol,
    source: source.name,
    id: transaction.id,
    at: input.at,
    ...(client.tls && { tls: client.tls }),
    ...(recipient && transaction.envelope.recipients.length === 1 && { recipient: recipient.address.text }),
  });
  if (transaction.receivedSpf === undefined) return [Buffer.from(received)];
  // RFC 7208 9.1: above the Received field of the same host.
  return [Buffer.from(formatField('Received-SPF', transaction.receivedSpf)), Buffer.from(received)];
}
