/** Requests, typed by the OpenAPI document: a path that is not in it does not compile. */
import { store } from '~/lib/store'
import { position } from './position'
import { ProblemError, problemOf } from './problem'
import type { paths } from './schema'
import { reachSigned } from './session'

/** Whether answers about the workspace lack something that happened there, as the last of them said. */
export const incomplete = store(false)
/** The answers that say so. */
const SAYING = /^\/v1\/(dashboard|goals|daily|streak|weeks)/

type Method = 'get' | 'put' | 'delete' | 'post' | 'patch'
type With<M extends Method> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths]
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>
type Params<O, In extends string> = O extends { parameters: infer All }
  ? In extends keyof All
    ? NonNullable<All[In]>
    : never
  : never
type Json<O> = O extends
  | { responses: { 200: { content: { 'application/json': infer Body } } } }
  | { responses: { 201: { content: { 'application/json': infer Body } } } }
  ? Body
  : undefined
type Sent<O> = O extends { requestBody?: { content: { 'application/json': infer Body } } } ? Body : never

interface Asked<O> {
  path?: Params<O, 'path'>
  query?: Params<O, 'query'>
  headers?: Record<string, string>
  body?: Sent<O>
  signal?: AbortSignal
}

async function request(method: Method, path: string, asked: Asked<never>): Promise<unknown> {
  const { path: names = {}, query = {}, headers, body, signal } = asked as Asked<unknown>
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String((names as never)[name])))
  const url = new URL(filled, location.origin)
  for (const [name, value] of Object.entries(query))
    if (value != null) url.searchParams.set(name, String(value))
  const sent = body !== undefined && {
    body: JSON.stringify(body),
    headers: { ...headers, 'content-type': 'application/json' },
  }
  const init = { method: method.toUpperCase(), headers: headers ?? {}, signal: signal ?? null, ...sent }
  const response = await reachSigned(new Request(url, init))
  if (response.ok && SAYING.test(path)) incomplete.set(response.headers.has('momentum-incomplete'))
  if (response.ok) return response.status === 204 ? undefined : response.json()
  const error = await problemOf(response)
  // The log was restored from a backup: what was known of it is void.
  if (error instanceof ProblemError && error.problem.code === 'cursor-gone') position.forget()
  throw error
}

type Send<M extends Method> = <P extends With<M>>(
  path: P,
  asked?: Asked<Operation<P, M>>,
) => Promise<Json<Operation<P, M>>>

const sends = <M extends Method>(method: M) =>
  ((path: string, asked = {}) => request(method, path, asked as Asked<never>)) as Send<M>

/** The requests that pages make. Every failure is thrown, as a problem or as unreachable. */
export const api = {
  get: sends('get'),
  put: sends('put'),
  delete: sends('delete'),
  post: sends('post'),
  patch: sends('patch'),
}
