import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderDoctorReference } from './reference.ts';
import { checks } from './registry.ts';

// What the doctor is asked to look at, each by the name of the check that does.
const asked = new Map([
  ['outbound port 25', 'outbound-port-25'],
  ['resolver', 'resolver'],
  ['MX against the configured host, and the move to mx.microsoft', 'mx'],
  ['SPF', 'spf'],
  ['DKIM selectors', 'dkim'],
  ['DMARC record', 'dmarc'],
  ['DMARC alignment of each sender', 'dmarc-alignment'],
  ['egress address and its drift', 'egress'],
  ['IPv6 trap', 'ipv6'],
  ['certificate towards Microsoft 365', 'client-certificate'],
  ['certificate of the next hop', 'next-hop-certificate'],
  ['token roles and audience', 'token'],
  ['clock skew', 'clock'],
  ['disk', 'disk'],
  ['listener identity against old devices', 'listener-certificate'],
  ['TLS floor', 'tls-floor'],
  ['open-relay self-test', 'open-relay'],
  ['allow-list findings', 'allow-list'],
  ['quota outlook', 'quota'],
  ['basic-authentication deadline', 'basic-authentication'],
]);

it.each([...asked])('%s: there is the check %s', (_what, name) => {
  expect(checks.map((check) => check.name)).toContain(name);
});

it('has names that differ, and a source and a bounded time for each', () => {
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  for (const { name, title, looksAt, source, timeoutMs } of checks) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(title.length * looksAt.length).toBeGreaterThan(0);
    expect(source, name).toMatch(/RFC \d|https:\/\/|docs\//);
    expect(timeoutMs).toBeLessThanOrEqual(60_000);
  }
});

it('is the list of docs/doctor.md', () => {
  const page = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8');
  expect(page).toBe(renderDoctorReference());
});
