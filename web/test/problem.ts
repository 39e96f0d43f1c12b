/** An answer that tells a problem, as the server does. */
export function problem(status: number, code: string, headers = {}, more = {}): Response {
  const told = { type: `/problems/${code}`, title: '', status, detail: '', code, ...more }
  return Response.json(told, { status, headers: { 'content-type': 'application/problem+json', ...headers } })
}
