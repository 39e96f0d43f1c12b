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

/** The server could not be reached, or somebody else answered in its stead. */
export class UnreachableError extends Error {
  constructor(cause?: unknown) {
    super('unreachable', { cause })
    this.name = 'UnreachableError'
  }
}

/** What a failed answer tells. One that tells no problem is not Momentum's: a proxy's page, perhaps, or a network's before one signs in. */
export async function problemOf(response: Response): Promise<ProblemError | UnreachableError> {
  const after = Number(response.headers.get('retry-after'))
  const isOurs = response.headers.get('content-type')?.startsWith('application/problem+json')
  try {
    if (isOurs) return new ProblemError(await response.json(), after > 0 ? after * 1000 : undefined)
  } catch {
    // It was cut on its way.
  }
  return new UnreachableError(response)
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
