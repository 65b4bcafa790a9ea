/** Where a server listens. */
export interface NetworkAddress {
  host: string;
  port: number;
}

/** `host:port` for a URL or a channel, IPv6 in brackets. */
export function hostAndPort({ host, port }: NetworkAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
