import { describe, expect, test } from 'vitest';
import { begunAt, isSampled, rootSpanIdOf, traceIdOf } from './ids.ts';
import { type FinishedSpan, MessageTraces } from './message-traces.ts';

// The example of the ULID specification, and its 128 bits.
const id = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const traceId = '01563e3ab5d3d6764c61efb99302bd5b';

describe('the trace id of a message', () => {
  test.each([
    [id, traceId],
    ['7ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'f'.repeat(32)],
    // W3C Trace Context 3.2.2.3: all zeros is invalid.
    ['00000000000000000000000000', undefined],
    // More than 128 bits.
    ['8ZZZZZZZZZZZZZZZZZZZZZZZZZ', undefined],
    ['scanner', undefined],
    ['01ARZ3NDEKTSV4RRFFQ69G5FA!', undefined],
  ])('of %s is %s', (given, expected) => expect(traceIdOf(given)).toBe(expected));

  test('holds the moment of MAIL', () => expect(begunAt(traceId)).toBe(1_469_922_850_259));

  test('gives the span of the message an id that is never zero', () => {
    expect(rootSpanIdOf(traceId)).toBe('4c61efb99302bd5b');
    expect(rootSpanIdOf(`${'1'.repeat(16)}${'0'.repeat(16)}`)).toBe('0000000000000001');
  });

  test('decides what is sampled by its last 56 bits', () => {
    const half = `${'0'.repeat(18)}80000000000000`;
    expect([
      isSampled(half, 0.5),
      isSampled(half, 0.51),
      isSampled(half, 0),
      isSampled('f'.repeat(32), 1),
    ]).toEqual([false, true, false, true]);
  });
});

describe('the spans of a message', () => {
  const begun = begunAt(traceId);
  const attempt = {
    kind: 'attempted',
    id,
    connector: 'c',
    host: '[::1]:25',
    relayed: 0,
    failed: 0,
    inDoubt: 0,
  } as const;

  function spansOf(share: number): FinishedSpan[] {
    const spans: FinishedSpan[] = [];
    const traces = new MessageTraces(share, (span) => void spans.push(span));
    const accepted = {
      kind: 'accepted',
      id,
      source: 's',
      address: '192.0.2.7',
      sender: '',
      recipients: 1,
      bytes: 9,
    } as const;
    traces.note(accepted, begun + 20);
    traces.note(
      { ...attempt, deferred: 1, durationMs: 5, reply: '450 4.2.1 later', tls: 'TLSv1.3' },
      begun + 30,
    );
    traces.note(
      { kind: 'notice', id: '01ARZ3NDEKTSV4RRFFQ69G5FAW', about: id, action: 'delayed', to: 'x' },
      begun + 31,
    );
    traces.note({ kind: 'settled', id, result: 'expired', ageMs: 80 }, begun + 100);
    return spans;
  }

  test('are of one trace, from MAIL to the last recipient', () => {
    const spans = spansOf(1);
    expect(spans.map(({ name, startMs, endMs }) => [name, startMs - begun, endMs - begun])).toEqual([
      ['accept', 0, 20],
      ['wait', 20, 25],
      ['attempt', 25, 30],
      ['notice', 31, 31],
      ['message', 0, 100],
    ]);
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
  });

  test('tell host, TLS, reply code and what went wrong', () => {
    const span = spansOf(1).find(({ name }) => name === 'attempt');
    expect(span?.attributes).toMatchObject({
      'server.address': '::1',
      'server.port': 25,
      'tls.protocol.version': '1.3',
      'smtp.reply.code': 450,
    });
    expect(span?.error).toBe('450 4.2.1 later');
  });

  test('link to the trace of the notice', () => {
    expect(spansOf(1).find(({ name }) => name === 'notice')?.link).toBe('01563e3ab5d3d6764c61efb99302bd5c');
  });

  test('are not made where the message is not sampled', () => expect(spansOf(0)).toEqual([]));
});
