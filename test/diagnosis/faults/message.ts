/** A message that is well formed. */
export function simpleMessage(from: string, to: string): Buffer {
  return Buffer.from(
    [
      `From: ${from}`,
      `To: ${to}`,
      'Subject: Scan',
      'Date: Mon, 23 Nov 2026 08:00:00 +0000',
      'Message-ID: <fault@printer.contoso.com>',
      '',
      'A page.',
      '',
    ].join('\r\n'),
  );
}
