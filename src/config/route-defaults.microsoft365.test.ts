/** The defaults of routes repeat numbers of `microsoft365/limits.ts`, which this layer does not read; they may not drift apart. */
import { expect, test } from 'vitest';
import {
  communicationServicesLimits,
  graphLimits,
  highVolumeEmailLimits,
  submissionLimits,
} from '../../microsoft365/limits.ts';
import { defaultLimits } from './route-defaults.ts';

test('a mailbox by submission: fewer connections than are allowed, and its 30 messages a minute', () => {
  const limits = defaultLimits({ type: 'smtp-submission' });
  expect(limits.connections).toBe(submissionLimits.connectionsDefault.value);
  expect(limits.connections).toBeLessThanOrEqual(submissionLimits.connections.value);
  expect(limits.messagesPerMinute).toBe(submissionLimits.messagesPerMinute.value);
});

test('High Volume Email: recipients and size of a message', () => {
  const limits = defaultLimits({ type: 'smtp-submission', service: 'high-volume-email' });
  expect(limits.recipientsPerMessage).toBe(highVolumeEmailLimits.recipientsPerMessage.value);
  expect(limits.messageBytes).toBe(highVolumeEmailLimits.messageBytes.value);
});

test('Azure Communication Services: recipients, size and rate', () => {
  const limits = defaultLimits({ type: 'smtp-submission', service: 'azure-communication-services' });
  expect(limits.recipientsPerMessage).toBe(communicationServicesLimits.recipientsPerMessage.value);
  expect(limits.messageBytes).toBe(communicationServicesLimits.messageBytes.value);
  expect(limits.messagesPerMinute).toBe(communicationServicesLimits.messagesPerMinute.value);
});

test('Graph: requests at a time, size of MIME, and the rate of the mailbox', () => {
  const limits = defaultLimits({ type: 'graph' });
  expect(limits.connections).toBe(graphLimits.concurrentRequests.value);
  expect(limits.messageBytes).toBe(graphLimits.mimeBytes.value);
  expect(limits.messagesPerMinute).toBe(submissionLimits.messagesPerMinute.value);
});
