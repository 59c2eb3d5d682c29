/**
 * What a wallet opens: a link on the same device, or the content of a QR code for another. The wallet fetches the request by
 * POST (OpenID4VP 1.0 §5.10).
 */
export function requestLink(clientId: string, requestUri: string): string {
  const query = new URLSearchParams({ client_id: clientId, request_uri: requestUri, request_uri_method: 'post' })
  return `openid4vp://?${query}`
}
