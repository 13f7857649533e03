/** Names in the data directory by which commands find the admin API of a running relay. */
export const tokenFileName = 'admin.token';
export const urlFileName = 'admin.url';
/** The console's certificate, where it speaks TLS. */
export const certificateFileName = 'admin.crt';
