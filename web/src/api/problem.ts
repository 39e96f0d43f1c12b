/** What can go wrong on the way to the server and there, as something to throw, show and decide by. */
import { hasText, t } from '~/i18n'
import type { Problem } from './types'

/** The server said no, and why. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    /** When it is worth asking again, if the server said. */
    readonly retryAfterMs: number | undefined,
  ) {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'ProblemError'
  }
}

/** The server could not be reached. */
export class UnreachableError extends Error {
  constructor(cause?: unknown) {
    super('unreachable', { cause })
    this.name = 'UnreachableError'
  }
}

/** The problem that a failed answer tells; a made-up one, if it tells none. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const after = Number(response.headers.get('retry-after'))
  const retryAfterMs = after > 0 ? after * 1000 : undefined
  try {
    const told = (await response.json()) as Problem
    if (typeof told.code === 'string') return new ProblemError(told, retryAfterMs)
  } catch {
    // A proxy's page, perhaps.
  }
  const code = response.status >= 500 ? 'unavailable' : 'malformed-request'
  const problem = {
    type: 'about:blank',
    title: '',
    status: response.status,
    detail: `HTTP ${response.status}`,
    code,
  }
  return new ProblemError(problem, retryAfterMs)
}

/** Whether the same request may well succeed later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return error instanceof UnreachableError
  const { status } = error.problem
  return status >= 500 || status === 429 || status === 408
}

/** What to tell a person: in their language if we know the problem, else in the server's words. A field says it best. */
export function explain(problem: Problem): string {
  const field = problem.errors?.map(({ code }) => `field.${code}`).find(hasText)
  if (field) return t(field as 'field.invalid')
  const key = `problem.${problem.code}`
  return hasText(key) ? t(key) : problem.detail
}

/** The same for whatever was thrown. */
export function explainError(error: unknown): string {
  if (error instanceof ProblemError) return explain(error.problem)
  if (error instanceof UnreachableError) return t('problem.unreachable')
  return t('problem.internal')
}

/** What is wrong with each field, by its name. */
export function fieldErrors(problem: Problem | undefined): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const { pointer, code, detail } of problem?.errors ?? []) {
    const key = [`field.${code}`, `problem.${code}`].find(hasText)
    fields[pointer.slice(1)] = key ? t(key as 'field.invalid') : detail
  }
  return fields
}
