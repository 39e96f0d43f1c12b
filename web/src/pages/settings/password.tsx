/** Changing the password. */
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '~/api/client'
import { explainError, fieldErrors, ProblemError, problemOf, UnreachableError } from '~/api/problem'
import { ENTER_MS_MAX, reach } from '~/api/session'
import type { ChangePassword } from '~/api/types'
import { cache } from '~/data/cache'
import { useText } from '~/i18n'
import { alone } from '~/lib/channel'
import { remember } from '~/lib/remember'
import { PasswordField, useFocusWrong } from '~/ui/field'
import { say } from '~/ui/toast'
import { Panel } from '../parts/panel'
import { Submit } from './submit'

/**
 * Ends all sessions, and gets this browser the cookies of a new one. Nobody refreshes meanwhile, as far as `alone` goes: the
 * cookies of the session that ended would be refused, and with that the new ones be cleared.
 */
async function changePassword(body: Omit<ChangePassword, 'tokens'>): Promise<void> {
  const attempt = () =>
    alone('refresh', async () => {
      const headers = { 'content-type': 'application/json' }
      const signal = AbortSignal.timeout(ENTER_MS_MAX)
      const response = await reach('/v1/me/password', {
        method: 'PUT',
        headers,
        body: JSON.stringify(body),
        signal,
      })
      if (response.ok) remember('refreshed', Date.now())
      return response
    })
  let response = await attempt()
  if (response.status === 401) {
    // The access token ran out, which any other request mends.
    await api.get('/v1/sessions')
    response = await attempt()
  }
  if (!response.ok) throw await problemOf(response)
}

/** The form. `email` tells password managers whose it is. */
export function Password({ email }: { email: string }) {
  const t = useText()
  const [before, setBefore] = useState('')
  const [after, setAfter] = useState('')
  const change = useMutation({
    networkMode: 'always',
    mutationFn: () => changePassword({ current_password: before, new_password: after }),
    onSuccess: () => {
      setBefore('')
      setAfter('')
      say(t('access.passwordChanged'))
      void cache.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  // Without an answer, nobody knows here which of the two it is now.
  const tell = (error: Error) =>
    error instanceof UnreachableError ? t('access.passwordUnknown') : explainError(error)
  const form = useFocusWrong(change.error)
  const fields = change.error instanceof ProblemError ? fieldErrors(change.error.problem) : {}
  const wrong = change.error && Object.keys(fields).length === 0 ? tell(change.error) : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate()
  }
  return (
    <Panel title={t('access.password')}>
      <form ref={form} onSubmit={submit} className="flex flex-col gap-4">
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <div className="grid gap-4 sm:grid-cols-2">
          <PasswordField
            label={t('access.currentPassword')}
            autoComplete="current-password"
            required
            value={before}
            onChange={(event) => setBefore(event.target.value)}
            error={fields.current_password}
          />
          <PasswordField
            label={t('access.newPassword')}
            hint={t('account.passwordHint')}
            autoComplete="new-password"
            required
            minLength={10}
            maxLength={200}
            value={after}
            onChange={(event) => setAfter(event.target.value)}
            error={fields.new_password ?? fields.password}
          />
        </div>
        <Submit
          wrong={wrong}
          isOff={!before || !after || change.isPending}
          name={t('access.changePassword')}
        />
      </form>
    </Panel>
  )
}
