/** Header sections under way count as content in memory, and cannot fill it together. */
import { expect, it } from 'vitest';
import { openWayIn, transaction } from './accept.fixture.ts';

const line = Buffer.from(`X-Filler: ${'x'.repeat(1012)}\r\n`);
const rest = Buffer.from('From: scan@contoso.com\r\nSubject: small\r\n\r\nText\r\n');

it('defers large ones beyond bytesInFlight, takes small ones, and gives all back at the end', async () => {
  await using way = await openWayIn({ contentBytesInFlightMax: 256 * 1024 });
  const begin = () => way.acceptance.begin(transaction(way));
  const many = Array.from({ length: 20 }, begin);
  for (let round = 0; round < 60; round += 1) for (const intake of many) intake.write(line);
  const small = begin();
  small.write(rest);
  expect(await small.finish()).toMatchObject({ kind: 'receipt' });
  const results = [];
  for (const intake of many) {
    intake.write(rest);
    results.push(await intake.finish());
  }
  const deferred = results.filter((result) => result.kind !== 'receipt');
  expect(deferred.length, '20 times 60 KiB are under way, and 256 KiB are allowed').toBeGreaterThan(10);
  for (const refusal of deferred) {
    expect(refusal).toMatchObject({ kind: 'defer', code: 452, enhanced: '4.3.1', rule: 'bytes-in-flight' });
  }
  const later = begin();
  for (let round = 0; round < 200; round += 1) later.write(line);
  later.write(rest);
  expect(await later.finish(), 'nothing is held any more').toMatchObject({ kind: 'receipt' });
});

it('gives back what an aborted one held', async () => {
  await using way = await openWayIn({ contentBytesInFlightMax: 100_000 });
  for (let times = 0; times < 20; times += 1) {
    const intake = way.acceptance.begin(transaction(way));
    for (let round = 0; round < 30; round += 1) intake.write(line);
    intake.abort();
  }
  const later = way.acceptance.begin(transaction(way));
  for (let round = 0; round < 90; round += 1) later.write(line);
  later.write(rest);
  expect(await later.finish()).toMatchObject({ kind: 'receipt' });
});
