-- A database as version 2 of the data wrote it: a mixed and a relayed result, a held message, a notice that waits.
CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- Of a settled message; while it is in work, queue.version counts.
    version INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    settled_at INTEGER,
    source TEXT,
    -- Names between line feeds, each with one before and one after it.
    connectors TEXT NOT NULL,
    search TEXT NOT NULL,
    accepted TEXT NOT NULL,
    progress TEXT NOT NULL
  ) STRICT;
CREATE INDEX messages_accepted_at ON messages (accepted_at);
CREATE TABLE queue (
    seq INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    -- Name of the source; empty for our own notices.
    source TEXT NOT NULL,
    held INTEGER NOT NULL,
    due INTEGER,
    claimable_at INTEGER,
    lease_owner TEXT,
    lease_until INTEGER
  ) STRICT;
CREATE INDEX queue_claimable ON queue (priority, source, claimable_at) WHERE claimable_at IS NOT NULL;
CREATE TABLE content (
    seq INTEGER PRIMARY KEY,
    -- Name of the file that holds it; NULL: it is in data.
    file TEXT,
    data BLOB
  ) STRICT;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    ref TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    search TEXT NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
CREATE INDEX events_ref ON events (ref);
CREATE TABLE documents (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE records (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
INSERT INTO messages VALUES (1, '01KB0000000000000000000001', 2, 1795435200000, 1795435200000, 'warehouse-printer', '
backup
', '01kb0000000000000000000001
scanner@contoso.com
a@contoso.com
b@fabrikam.com
prüfung äöü', '{"id":"01KB0000000000000000000001","at":1795435200000,"source":"warehouse-printer","client":{"address":"10.20.0.15","helo":"printer","listener":"devices"},"envelope":{"reversePath":{"localPart":"Scanner","domain":"Contoso.com","text":"Scanner@Contoso.com","key":"scanner@contoso.com","domainKey":"contoso.com","needsSmtpUtf8":false,"__brand":"Mailbox"},"recipients":[{"address":{"localPart":"a","domain":"contoso.com","text":"a@contoso.com","key":"a@contoso.com","domainKey":"contoso.com","needsSmtpUtf8":false,"__brand":"Mailbox"}},{"address":{"localPart":"b","domain":"fabrikam.com","text":"b@fabrikam.com","key":"b@fabrikam.com","domainKey":"fabrikam.com","needsSmtpUtf8":false,"__brand":"Mailbox"}}],"body":"8bitmime","smtpUtf8":false,"requireTls":false},"priority":"normal","content":{"bytes":5,"headerBytes":3,"eightBit":false,"utf8Header":false,"binary":false,"subject":"Prüfung ÄÖÜ"},"isNotice":false,"trace":[{"at":1795435200000,"step":"recognised","text":"one address inside 10.20.0.0/28"}]}', '{"recipients":[{"kind":"relayed","at":1795435200000,"connector":"backup","host":"mail.example.net:25","reply":{"code":250,"enhanced":"2.0.0","lines":["Ok"]}},{"kind":"failed","at":1795435200000,"failure":{"scope":"recipient","permanence":"permanent","stage":"rcpt","code":"x","text":"no such user","status":"5.1.1"}}],"attempts":[],"inDoubt":0,"notes":[]}');
INSERT INTO messages VALUES (2, '01KB0000000000000000000002', 2, 1795435200000, 1795435200000, 'erp', '
microsoft-365
', '01kb0000000000000000000002
scanner@contoso.com
it@contoso.com', '{"id":"01KB0000000000000000000002","at":1795435200000,"source":"erp","client":{"address":"10.20.0.15","helo":"printer","listener":"devices"},"envelope":{"reversePath":{"localPart":"scanner","domain":"contoso.com","text":"scanner@contoso.com","key":"scanner@contoso.com","domainKey":"contoso.com","needsSmtpUtf8":false,"__brand":"Mailbox"},"recipients":[{"address":{"localPart":"it","domain":"contoso.com","text":"it@contoso.com","key":"it@contoso.com","domainKey":"contoso.com","needsSmtpUtf8":false,"__brand":"Mailbox"}}],"body":"8bitmime","smtpUtf8":false,"requireTls":false},"priority":"normal","content":{"bytes":5,"headerBytes":3,"eightBit":false,"utf8Header":false,"binary":false},"isNotice":false,"trace":[{"at":1795435200000,"step":"recognised","text":"one address inside 10.20.0.0/28"}]}', '{"recipients":[{"kind":"relayed","at":1795435200000,"connector":"microsoft-365","host":"mail.example.net:25","reply":{"code":250,"enhanced":"2.0.0","lines":["Ok"]}}],"attempts":[],"inDoubt":0,"notes":[]}');
INSERT INTO messages VALUES (3, '01KB0000000000000000000003', 1, 1795435200000, NULL, 'warehouse-printer', '', '01kb0000000000000000000003
scanner@contoso.com
it@contoso.com', '{"id":"01KB0000000000000000000003","at":1795435200000,"source":"warehouse-printer","client":{"address":"10.20.0.15","helo":"printer","listener":"devices"},"envelope":{"reversePath":{"localPart":"scanner","domain":"contoso.com","text":"scanner@contoso.com","key":"scanner@contoso.com","domainKey":"contoso.com","needsSmtpUtf8":false,"__brand":"Mailbox"},"recipients":[{"address":{"localPart":"it","domain":"contoso.com","text":"it@contoso.com","key":"it@contoso.com","domainKey":"contoso.com","needsSmtpUtf8":false,"__brand":"Mailbox"}}],"body":"8bitmime","smtpUtf8":false,"requireTls":false},"priority":"normal","content":{"bytes":5,"headerBytes":3,"eightBit":false,"utf8Header":false,"binary":false},"isNotice":false,"trace":[{"at":1795435200000,"step":"recognised","text":"one address inside 10.20.0.0/28"}]}', '{"recipients":[{"kind":"held","at":1795435200000,"by":"admin","reason":"test","attempts":0}],"attempts":[],"inDoubt":0,"notes":[]}');
INSERT INTO messages VALUES (4, '01KB0000000000000000000004', 1, 1795435201000, NULL, NULL, '', '01kb0000000000000000000004

it@contoso.com', '{"id":"01KB0000000000000000000004","at":1795435201000,"envelope":{"reversePath":null,"recipients":[{"address":{"localPart":"it","domain":"contoso.com","text":"it@contoso.com","key":"it@contoso.com","domainKey":"contoso.com","needsSmtpUtf8":false,"__brand":"Mailbox"}}],"body":"8bitmime","smtpUtf8":false,"requireTls":false},"priority":"normal","content":{"bytes":5,"headerBytes":3,"eightBit":false,"utf8Header":false,"binary":false},"isNotice":true,"trace":[{"at":1795435201000,"step":"recognised","text":"one address inside 10.20.0.0/28"}]}', '{"recipients":[{"kind":"pending","notBefore":1795435200000,"attempts":0}],"attempts":[],"inDoubt":0,"notes":[]}');
INSERT INTO queue VALUES (3, 1, 1, 'warehouse-printer', 1, NULL, NULL, NULL, NULL);
INSERT INTO queue VALUES (4, 1, 1, '', 0, 1795435200000, 1795435200000, NULL, NULL);
INSERT INTO content VALUES (3, NULL, x'68656c6c6f');
INSERT INTO content VALUES (4, NULL, x'68656c6c6f');
PRAGMA user_version = 2;
PRAGMA application_id = 1379087925;
