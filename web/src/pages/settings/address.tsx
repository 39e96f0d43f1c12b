/** Changing the address to sign in with. */
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '~/api/client'
import { explainError, fieldErrors, ProblemError } from '~/api/problem'
import { cache } from '~/data/cache'
import { useText } from '~/i18n'
import { PasswordField, TextField, useFocusWrong } from '~/ui/field'
import { say } from '~/ui/toast'
import { Panel } from '../parts/panel'
import { Submit } from './submit'

/** The form. `email` is the address so far. */
export function Address({ email }: { email: string }) {
  const t = useText()
  const [address, setAddress] = useState('')
  const [password, setPassword] = useState('')
  const change = useMutation({
    networkMode: 'always',
    mutationFn: () =>
      api.put('/v1/me/address', { body: { email: address.trim(), current_password: password } }),
    onSuccess: () => {
      setAddress('')
      setPassword('')
      say(t('access.addressChanged'))
      void cache.invalidateQueries({ queryKey: ['me'] })
    },
  })
  const form = useFocusWrong(change.error)
  const fields = change.error instanceof ProblemError ? fieldErrors(change.error.problem) : {}
  const wrong = change.error && Object.keys(fields).length === 0 ? explainError(change.error) : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate()
  }
  return (
    <Panel title={t('access.email')}>
      <form ref={form} onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-[0.9375rem]">{t('access.addressNow', { email })}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label={t('access.newAddress')}
            type="email"
            autoComplete="email"
            required
            maxLength={254}
            value={address}
            onChange={(event) => setAddress(event.target.value)}
            error={fields.email}
          />
          <PasswordField
            label={t('access.addressPassword')}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            error={fields.current_password}
          />
        </div>
        <Submit
          wrong={wrong}
          isOff={!address.trim() || !password || change.isPending}
          name={t('access.changeAddress')}
        />
      </form>
    </Panel>
  )
}
