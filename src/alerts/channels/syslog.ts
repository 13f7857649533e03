/** Sends alerts to a syslog collector. */
import type { SyslogChannelConfig } from '../../config/alerts-schema.ts';
import type { SyslogSeverity } from '../../observe/syslog/message.ts';
import { formatSyslog } from '../../observe/syslog/message.ts';
import { sendSyslog } from '../../observe/syslog/send.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Channel, Notice } from './channel.ts';
import { headline } from './channel.ts';

const sendMs = 15_000;

export function createSyslogChannel(
  config: SyslogChannelConfig,
  readCa: () => Promise<string | undefined>,
  clock: Clock,
): Channel {
  const { host, transport, facility, enterprise } = config;
  const port = config.port ?? (transport === 'tls' ? 6514 : 514);
  return {
    name: config.name,
    type: 'syslog',
    target: `${transport}://${host}:${port}`,
    async send(notice) {
      try {
        const ca = await readCa();
        const message = formatSyslog({
          facility,
          severity: severityOf(notice),
          at: clock.now(),
          hostname: notice.hostname,
          pid: process.pid,
          id: notice.word === 'test' ? 'test' : 'alert',
          fields: fieldsOf(notice),
          text: `${headline(notice)}: ${notice.text}`,
          ...(enterprise === undefined ? {} : { enterprise }),
        });
        await sendSyslog({ host, port, transport, ...(ca === undefined ? {} : { ca }) }, message, sendMs);
        return { ok: true, detail: transport === 'udp' ? 'sent; UDP gives no receipt' : 'taken' };
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        return { ok: false, detail: code === 'ABORT_ERR' ? 'no answer in time' : (code ?? message) };
      }
    },
  };
}

function severityOf({ word, severity }: Notice): SyslogSeverity {
  return word === 'closed' || word === 'test' ? 'notice' : severity;
}

function fieldsOf({
  word,
  rule,
  subject,
  severity,
  alert,
  connector,
  source,
}: Notice): Record<string, string> {
  return {
    state: word,
    rule,
    subject,
    severity,
    alert,
    ...(connector === undefined ? {} : { connector }),
    ...(source === undefined ? {} : { source }),
  };
}
