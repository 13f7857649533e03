/** What becomes of the settings of Postfix that are neither networks nor routes (postconf(5)). */

/** Settings of the machine itself; nothing in relay365 takes their place and nothing is lost. */
export const withoutCounterpart =
  /^(?:compatibility_level|biff|append_dot_mydomain|readme_directory|html_directory|manpage_directory|sample_directory|\w+_directory|(?:sendmail|newaliases|mailq)_path|mail_owner|setgid_group|debug\w*|unknown_local_recipient_reject_code|mailbox_size_limit|recipient_delimiter|mailbox_command|home_mailbox|alias_maps|alias_database|mydomain|myorigin|smtpd?_tls_session_cache_\w+|smtpd?_tls_loglevel|smtp_tls_CA(?:path|file)|shlib_directory|meta_directory|smtputf8_enable|mail_name)$/;

/** What a setting is in relay365.yaml. */
export const inNode: ReadonlyMap<string, string> = new Map([
  ['myhostname', 'hostname'],
  ['smtpd_banner', 'hostname (the banner has no other words of its own)'],
  ['inet_interfaces', 'listeners[].address'],
  ['inet_protocols', 'listeners[].address, and "ipVersion" of connectors'],
  [
    'message_size_limit',
    'listeners[].limits.messageBytes (in octets; 0 is no limit, which relay365 does not have)',
  ],
  ['smtpd_tls_cert_file', 'tls.certificate'],
  ['smtpd_tls_key_file', 'tls.key (the key is not read here)'],
  ['smtpd_tls_chain_files', 'tls.certificate and tls.key'],
  [
    'smtpd_tls_security_level',
    'listeners[].tls: may and encrypt are "starttls", none is "off"; encrypt is "requireTls" of each source as well',
  ],
  ['smtpd_use_tls', 'listeners[].tls'],
  ['smtpd_tls_wrappermode', 'listeners[].tls: implicit'],
  ['smtpd_tls_protocols', 'listeners[].minimumTls'],
  ['smtpd_tls_mandatory_protocols', 'listeners[].minimumTls'],
  ['smtpd_tls_auth_only', 'listeners[].authWithoutTls (false is the default)'],
  ['smtpd_tls_CAfile', 'tls.clientCa'],
  ['smtpd_client_connection_count_limit', 'listeners[].limits.connectionsPerAddress'],
  ['smtpd_recipient_limit', 'listeners[].limits.recipients'],
  ['smtpd_upstream_proxy_protocol', 'listeners[].proxyProtocol'],
]);

/** What a person must do by hand. */
export const byHand: ReadonlyMap<string, string> = new Map([
  [
    'smtpd_sasl_auth_enable',
    'users of the old relay log in: give each a source with "login" and a hash of "relay365 source password"; the old passwords are not read',
  ],
  [
    'smtpd_recipient_restrictions',
    'who may send is said by sources only; look for checks of clients and senders here',
  ],
  [
    'smtpd_relay_restrictions',
    'who may send is said by sources only; look for checks of clients and senders here',
  ],
  ['smtpd_client_restrictions', 'refusals of single clients belong into "blocked"'],
  ['smtpd_sender_restrictions', 'which addresses a client may use is "senders" of its source'],
  [
    'virtual_alias_maps',
    'relay365 has no aliases: make them in Microsoft 365 (distribution group or mail contact)',
  ],
  [
    'virtual_maps',
    'relay365 has no aliases: make them in Microsoft 365 (distribution group or mail contact)',
  ],
  ['canonical_maps', 'rewriting of addresses is "rewrite" of a source'],
  ['sender_canonical_maps', 'rewriting of senders is "rewrite.sender" and "rewrite.from" of a source'],
  ['recipient_canonical_maps', 'relay365 does not rewrite single recipients'],
  ['smtp_generic_maps', 'rewriting of senders is "rewrite.sender" and "rewrite.from" of a source'],
  ['header_checks', 'header changes are "rewrite.addHeaders" and "rewrite.removeHeaders" of a source'],
  ['smtp_header_checks', 'header changes are "rewrite.addHeaders" and "rewrite.removeHeaders" of a source'],
  ['content_filter', 'relay365 has no content filter'],
  ['smtpd_milters', 'relay365 has no milters; Microsoft 365 signs (DKIM) for the tenant'],
  ['non_smtpd_milters', 'relay365 has no milters; Microsoft 365 signs (DKIM) for the tenant'],
  ['always_bcc', 'a copy of all mail is a journal or transport rule of Microsoft 365'],
  [
    'relay_clientcerts',
    'a client certificate is "certificate.fingerprint" (SHA-256) of a source; Postfix may hold another digest here',
  ],
  ['smtp_bind_address', 'the local address is "sourceAddress" of the connector'],
  ['smtp_helo_name', 'the EHLO name is "heloName" of the connector'],
  ['virtual_mailbox_domains', 'mailboxes of this machine: relay365 keeps no mailboxes'],
  ['virtual_mailbox_maps', 'mailboxes of this machine: relay365 keeps no mailboxes'],
  ['maximal_queue_lifetime', 'the time for retries is "retry.expireAfter" of the connector'],
  ['delay_warning_time', 'the notice of delay is "retry.delayNoticeAfter" of the connector'],
  ['default_transport', 'another transport than smtp is not taken over'],
  ['relay_transport', 'another transport than smtp is not taken over'],
]);
